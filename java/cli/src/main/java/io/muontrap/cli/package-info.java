/**
 * The {@code muontrap} command: runs one program with all that it starts, on the public face of the library alone.
 *
 * <p>Nothing here is for other programs; what a user of the library could want is in the library.
 */
package io.muontrap.cli;
