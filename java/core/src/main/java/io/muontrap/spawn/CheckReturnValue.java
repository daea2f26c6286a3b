package io.muontrap.spawn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The result is the whole point of the method: a call that drops it has done nothing.
 *
 * <p>Error Prone and SpotBugs know this simple name in any package and report such calls; the module needs no library for
 * it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}
