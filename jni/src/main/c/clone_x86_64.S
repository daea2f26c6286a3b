#if defined(__x86_64__)
/*
 * clone3 and clone with the child on a stack of its own. It cannot be done through a C function that
 * returns twice: with CLONE_VM both returns would pop the same frame (the parent's, overwritten).
 */
#include <asm/unistd.h>

        .text
        .globl mt_clone3
        .hidden mt_clone3
        .type mt_clone3, @function
mt_clone3:
        .cfi_startproc
        endbr64
        mov     %rdx, %r8               /* fn and arg: registers that the call leaves alone */
        mov     %rcx, %r9
        mov     $__NR_clone3, %eax
        syscall
        test    %rax, %rax
        jz      1f
        ret
1:      .cfi_undefined rip
        xor     %ebp, %ebp
        mov     %r9, %rdi
        call    *%r8
        hlt
        .cfi_endproc
        .size mt_clone3, .-mt_clone3

        .globl mt_clone
        .hidden mt_clone
        .type mt_clone, @function
mt_clone:
        .cfi_startproc
        endbr64
        sub     $16, %rsi               /* clone takes five registers: fn and arg wait on the child's stack */
        mov     %rcx, (%rsi)
        mov     %r8, 8(%rsi)
        xor     %r10d, %r10d
        xor     %r8d, %r8d
        mov     $__NR_clone, %eax
        syscall
        test    %rax, %rax
        jz      1f
        ret
1:      .cfi_undefined rip
        xor     %ebp, %ebp
        pop     %rax
        pop     %rdi
        call    *%rax
        hlt
        .cfi_endproc
        .size mt_clone, .-mt_clone

        .section .note.gnu.property, "a"  /* IBT and SHSTK, as the C objects say of themselves */
        .balign 8
        .long   4, 16, 5
        .asciz  "GNU"
        .long   0xc0000002, 4, 3, 0
#endif
        .section .note.GNU-stack, "", %progbits
