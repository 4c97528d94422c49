// no_network PROGRAM ARGUMENTS…: runs a program that the kernel kills (SIGSYS) as soon as it asks
// for a socket, or for a ring that could open one. What works below it works without a network.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <vector>

namespace {

#if defined(__x86_64__)
constexpr unsigned this_machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned this_machine = AUDIT_ARCH_AARCH64;
#else
#error "which numbers do calls have on this processor?"
#endif

// Every way to come by a socket, and every way to use one that was inherited.
constexpr long forbidden[] = {
    SYS_socket,  SYS_socketpair, SYS_connect,  SYS_bind,     SYS_listen,
    SYS_accept,  SYS_accept4,    SYS_sendto,   SYS_sendmsg,  SYS_sendmmsg,
    SYS_recvmsg, SYS_recvmmsg,   SYS_recvfrom, SYS_shutdown, SYS_io_uring_setup,
};

std::vector<sock_filter> make_filter() {
    constexpr unsigned short load = BPF_LD | BPF_W | BPF_ABS, is = BPF_JMP | BPF_JEQ | BPF_K,
                             at_least = BPF_JMP | BPF_JGE | BPF_K, answer = BPF_RET | BPF_K;
    std::vector<sock_filter> out = {
        BPF_STMT(load, offsetof(seccomp_data, arch)),
        BPF_JUMP(is, this_machine, 1, 0),
        BPF_STMT(answer, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(load, offsetof(seccomp_data, nr)),
        // The other numbering of x86-64 (x32).
        BPF_JUMP(at_least, 0x40000000, 0, 1),
        BPF_STMT(answer, SECCOMP_RET_KILL_PROCESS),
    };
    for (long const call : forbidden) {
        out.push_back(BPF_JUMP(is, static_cast<unsigned>(call), 0, 1));
        out.push_back(BPF_STMT(answer, SECCOMP_RET_KILL_PROCESS));
    }
    out.push_back(BPF_STMT(answer, SECCOMP_RET_ALLOW));
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: no_network PROGRAM [ARGUMENT …]\n");
        return 2;
    }
    auto filter = make_filter();
    sock_fprog const program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        std::perror("no_network: this kernel takes no filter");
        return 125;
    }
    execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    return 127;
}
