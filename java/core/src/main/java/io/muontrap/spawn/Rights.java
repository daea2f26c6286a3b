package io.muontrap.spawn;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Ids and capabilities of a child, as plain numbers. What is empty stays as it is in the JVM.
 *
 * <p>The order in the child: securebits, bounding set, ambient set cleared, PR_SET_KEEPCAPS where capabilities are
 * asked for; groups, gid, uid; capabilities, ambient set; then all is read back. Whenever an id or a group changes and
 * no capabilities are asked for, the child has none (a non-root JVM's ambient and inheritable ones would survive the
 * change and the exec; capabilities(7)); but a uid of 0 gets those of the bounding set back at exec.
 *
 * @param uid real, effective and saved
 * @param gid real, effective and saved
 * @param groups the supplementary groups, exactly
 * @param capabilities permitted and effective, as bits
 * @param ambient those of them that survive the exec of a program without file capabilities
 * @param bounding what the bounding set is cut to
 * @param securebits see capabilities(7)
 * @param noNewPrivileges no more rights by exec of a setuid program; prctl(2), PR_SET_NO_NEW_PRIVS
 */
public record Rights(
        OptionalInt uid,
        OptionalInt gid,
        Optional<List<Integer>> groups,
        OptionalLong capabilities,
        long ambient,
        OptionalLong bounding,
        OptionalInt securebits,
        boolean noNewPrivileges) {

    /** All as in the JVM. */
    public static final Rights UNCHANGED = new Rights(
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            0,
            OptionalLong.empty(),
            OptionalInt.empty(),
            false);

    /** Linux takes at most this many supplementary groups (NGROUPS_MAX). */
    private static final int MOST_GROUPS = 65_536;

    /**
     * @throws IllegalArgumentException on an id of −1 (which means "unchanged" to the kernel), too many groups, or an
     *     ambient capability that is not among the capabilities
     */
    public Rights {
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(gid, "gid");
        groups = groups.map(List::copyOf);
        refuseMinusOne("uid", uid);
        refuseMinusOne("gid", gid);
        groups.ifPresent(list -> {
            list.forEach(group -> refuseMinusOne("group", OptionalInt.of(group)));
            if (list.size() > MOST_GROUPS) {
                throw new IllegalArgumentException("groups: " + list.size() + " are more than " + MOST_GROUPS);
            }
        });
        if ((ambient & ~capabilities.orElse(0)) != 0) {
            throw new IllegalArgumentException("ambient: holds capabilities that are not asked for");
        }
    }

    /** Another user, group and supplementary groups; no capabilities. */
    public static Rights ids(int uid, int gid, List<Integer> groups) {
        return new Rights(
                OptionalInt.of(uid),
                OptionalInt.of(gid),
                Optional.of(groups),
                OptionalLong.empty(),
                0,
                OptionalLong.empty(),
                OptionalInt.empty(),
                false);
    }

    boolean changesIds() {
        return uid.isPresent() || gid.isPresent() || groups.isPresent();
    }

    private static void refuseMinusOne(String what, OptionalInt id) {
        if (id.isPresent() && id.getAsInt() == -1) {
            throw new IllegalArgumentException(what + ": 4294967295 means \"unchanged\" to the kernel");
        }
    }
}
