/**
 * Control groups, both versions: where a tree's own group is made, its limits, and what it used.
 *
 * <p>{@link io.muontrap.cgroup.CgroupSpec} is said to a command before the start, {@link io.muontrap.cgroup.Cgroup} is the
 * group of a running tree, {@link io.muontrap.cgroup.CgroupStats} what it has used.
 */
package io.muontrap.cgroup;
