package io.muontrap.testing;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a child JVM: runs static methods of a test class, {@code CLASS METHOD... [-- ARG...]}, and exits
 * with 0 only when all have returned. Methods take nothing or the arguments as a list. What failed goes to the file
 * that {@code -Dchecks.report} names, for a child JVM may have no streams.
 */
public final class Checks {

    private Checks() {}

    public static void main(String[] args) throws Exception {
        try (PrintStream report = new PrintStream(System.getProperty("checks.report"), StandardCharsets.UTF_8)) {
            int exit = 0;
            try {
                run(args);
                report.println("passed");
            } catch (InvocationTargetException e) {
                e.getCause().printStackTrace(report);
                exit = 1;
            } catch (ReflectiveOperationException | RuntimeException | Error e) {
                e.printStackTrace(report);
                exit = 1;
            }
            report.flush();
            System.exit(exit);
        }
    }

    private static void run(String[] args) throws ReflectiveOperationException {
        Class<?> checks = Class.forName(args[0]);
        List<String> methods = new ArrayList<>(List.of(args).subList(1, args.length));
        List<String> rest = List.of();
        int end = methods.indexOf("--");
        if (end >= 0) {
            rest = List.copyOf(methods.subList(end + 1, methods.size()));
            methods = methods.subList(0, end);
        }
        for (String name : methods) {
            invoke(checks, name, rest);
        }
    }

    private static void invoke(Class<?> checks, String name, List<String> rest) throws ReflectiveOperationException {
        for (Method method : checks.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                method.setAccessible(true);
                if (method.getParameterCount() == 0) {
                    method.invoke(null);
                } else {
                    method.invoke(null, rest);
                }
                return;
            }
        }
        throw new NoSuchMethodException(checks.getName() + "." + name);
    }
}
