package io.muontrap.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads {@link Needs}. */
final class NeedsCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Needs needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .orElse(null);
        if (needs != null) {
            for (Capability capability : needs.value()) {
                if (!capability.isHere()) {
                    return ConditionEvaluationResult.disabled(capability.reason());
                }
            }
        }
        return ConditionEvaluationResult.enabled("");
    }
}
