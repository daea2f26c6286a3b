package io.muontrap;

/**
 * A program ran and did not succeed; thrown by {@link Result#orThrow()} only.
 *
 * <p>Unchecked, so that it fits into the stages of a {@code CompletableFuture<Result>}, and because nothing failed in
 * input or output: that is what the {@code IOException} of a refused start is for.
 */
public final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Result result;

    CommandFailedException(String message, Result result, Throwable cause) {
        super(message, cause);
        this.result = result;
    }

    /** What the program did, partial output included; null in a copy that was serialized. */
    public Result result() {
        return result;
    }
}
