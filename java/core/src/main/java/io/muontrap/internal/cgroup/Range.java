package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Of a list such as 0-3,5. */
record Range(int first, int last) {

    private static final Pattern ITEM = Pattern.compile("[0-9]{1,9}(-[0-9]{1,9})?");

    /** Sorted, without overlaps, neighbours made one; empty where it is no such list. */
    static Optional<List<Range>> parse(String list) {
        List<Range> items = new ArrayList<>();
        if (list.isEmpty()) return Optional.of(items);
        for (String item : list.split(",", -1)) {
            if (!ITEM.matcher(item).matches()) return Optional.empty();
            int dash = item.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? item : item.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(item.substring(dash + 1));
            if (last < first) return Optional.empty();
            items.add(new Range(first, last));
        }
        items.sort(Comparator.comparingInt(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range next : items) {
            int end = merged.size() - 1;
            if (end >= 0 && next.first <= merged.get(end).last + 1) {
                merged.set(end, new Range(merged.get(end).first, Math.max(merged.get(end).last, next.last)));
            } else {
                merged.add(next);
            }
        }
        return Optional.of(merged);
    }
}
