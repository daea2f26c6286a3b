package io.muontrap.internal.users;

import java.io.IOException;
import java.util.Optional;

/** Asks what is not in files: LDAP, sssd, systemd and whatever else nsswitch.conf(5) names. */
public interface NameService {

    /**
     * A line of getent(1), in ISO 8859-1; empty where there is no such key.
     *
     * @param database such as {@code passwd}
     * @param key in ISO 8859-1
     * @throws IOException if nobody can be asked
     */
    Optional<String> ask(String database, String key) throws IOException;
}
