#if defined(__aarch64__)
/* See clone_x86_64.S. All registers but x0 survive the call, in the child too. */
#include <asm/unistd.h>

        .file   "clone_aarch64.S"        /* else the symbol names the object, whose name differs from build to build */
        .text
        .globl mt_clone3
        .hidden mt_clone3
        .type mt_clone3, %function
mt_clone3:
        .cfi_startproc
        hint    #34                     /* bti c */
        mov     x10, x2
        mov     x11, x3
        mov     x8, #__NR_clone3
        svc     #0
        cbz     x0, 1f
        ret
1:      .cfi_undefined x30
        mov     x29, #0
        mov     x30, #0
        mov     x0, x11
        blr     x10
        brk     #1
        .cfi_endproc
        .size mt_clone3, .-mt_clone3

        .globl mt_clone
        .hidden mt_clone
        .type mt_clone, %function
mt_clone:
        .cfi_startproc
        hint    #34
        mov     x10, x3
        mov     x11, x4
        mov     x3, #0
        mov     x4, #0
        mov     x8, #__NR_clone
        svc     #0
        cbz     x0, 1f
        ret
1:      .cfi_undefined x30
        mov     x29, #0
        mov     x30, #0
        mov     x0, x11
        blr     x10
        brk     #1
        .cfi_endproc
        .size mt_clone, .-mt_clone

        .section .note.gnu.property, "a"  /* BTI and PAC */
        .balign 8
        .word   4, 16, 5
        .asciz  "GNU"
        .word   0xc0000000, 4, 3, 0
#endif
        .section .note.GNU-stack, "", %progbits
