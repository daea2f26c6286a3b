package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeSpawn;
import io.muontrap.testing.Leftovers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What does not hold together is refused by the native before anything is made: −EINVAL at the step PLAN. */
@Tag("host")
class MalformedPlanTest {

    private static final int SIZE = 4;
    private static final int PID = 8;
    private static final int PIDFD = 12;
    private static final int STEP = 16;
    private static final int ERROR = 20;
    private static final int PROGRAM = 136;
    private static final int DIRECTORY = 140;
    private static final int ARGV = 144;
    private static final int POINTERS = 200;

    /** Each table's place in the header, and its element's alignment; see plan.h. */
    private record Table(String name, int at, int align) {}

    private static final List<Table> TABLES = List.of(
            new Table("argv", ARGV, 1),
            new Table("envp", 152, 1),
            new Table("joins", 160, 4),
            new Table("moves", 168, 4),
            new Table("limits", 176, 8),
            new Table("groups", 184, 4),
            new Table("affinity", 192, 1),
            new Table("pointers", POINTERS, 8));

    private long stack;
    private Leftovers before;

    @BeforeEach
    void mapStack() throws Exception {
        assertThat(Owner.THIS_JVM.pidfd()).isPositive(); // it stays open
        stack = NativeSpawn.mapStack();
        before = Leftovers.before();
    }

    @AfterEach
    void unmapStack() throws Exception {
        NativeSpawn.unmapStack(stack);
        before.assertNone();
    }

    @Test
    void unchangedItRuns() {
        Outcome outcome = Launches.spawn(exit7(), Owner.THIS_JVM);
        assertThat(Launches.end(outcome)).containsExactly(1L, 7L);
    }

    @Test
    void magicAndSize() {
        refused("another magic", b -> b.putInt(0, b.getInt(0) + 1));
        refused("smaller than its header", b -> b.putInt(SIZE, 200));
        assertRefusedUnread("larger than the arena", b -> b.putInt(SIZE, b.capacity() + 1));
        assertRefusedUnread("negative, which is larger still", b -> b.putInt(SIZE, -1));
        ByteBuffer tiny = NativeSpawn.mapArena(64);
        assertThat(NativeSpawn.spawn(tiny, stack)).isEqualTo(-Errno.EINVAL);
        NativeSpawn.unmapArena(tiny);
        assertThat(NativeSpawn.spawn(ByteBuffer.allocate(4096), stack)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void tablesOutOfRange() {
        for (Table table : TABLES) {
            refused(table.name + " behind the end", b -> b.putInt(table.at, b.getInt(SIZE) + 8));
            refused(table.name + " far behind the end", b -> b.putInt(table.at, -8));
            refused(table.name + " in the header", b -> b.putInt(table.at, 16));
            refused(table.name + " too long", b -> b.putInt(table.at + 4, b.getInt(SIZE)));
            refused(table.name + " much too long", b -> b.putInt(table.at + 4, -1));
            if (table.align > 1) {
                refused(table.name + " askew", b -> b.putInt(table.at, b.getInt(table.at) + table.align / 2));
            }
        }
        refused("a pointer too few", b -> b.putInt(POINTERS + 4, b.getInt(POINTERS + 4) - 1));
        refused("counts that overflow", b -> {
            b.putInt(ARGV + 4, -1);
            b.putInt(POINTERS + 4, b.getInt(POINTERS + 4) - 3);
        });
    }

    @Test
    void stringsThatDoNotEnd() {
        for (int field : new int[] {PROGRAM, DIRECTORY, ARGV}) {
            refused("the last byte, not a NUL, as field " + field, b -> {
                int last = b.getInt(SIZE) - 1;
                b.put(last, (byte) 'x');
                b.putInt(field, last);
            });
        }
        for (int field : new int[] {PROGRAM, DIRECTORY}) {
            refused("behind the end", b -> b.putInt(field, b.getInt(SIZE)));
            refused("far behind the end", b -> b.putInt(field, -1));
            refused("in the header", b -> b.putInt(field, 8));
        }
        refused("no program", b -> b.putInt(PROGRAM, 0));
    }

    private static Plan exit7() {
        return Launches.target(Launches.usualFlags(), Launches.NO_FDS, "exit", "7");
    }

    private void refused(String what, Consumer<ByteBuffer> change) {
        ByteBuffer block = assertRefusedUnread(what, change);
        assertThat(List.of(block.getInt(PID), block.getInt(PIDFD), block.getInt(STEP), block.getInt(ERROR)))
                .as(what)
                .containsExactly(-1, -1, 0, Errno.EINVAL);
    }

    private final List<Arena> arenas = new ArrayList<>();

    private ByteBuffer assertRefusedUnread(String what, Consumer<ByteBuffer> change) {
        Arena arena = Launches.encoded(exit7(), Owner.THIS_JVM);
        arenas.add(arena);
        change.accept(arena.block());
        assertThat(NativeSpawn.spawn(arena.block(), stack)).as(what).isEqualTo(-Errno.EINVAL);
        return arena.block();
    }

    @AfterEach
    void giveBack() {
        arenas.forEach(Arena::giveBack);
    }
}
