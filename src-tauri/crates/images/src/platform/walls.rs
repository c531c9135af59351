//! Linux: what a worker takes from itself for good. Two walls that know nothing of each other.
//!
//! seccomp leaves the few system calls that decoding needs; every other is answered as if the
//! kernel did not have it. That is an allow-list, and one that does not break with the next glibc:
//! a library that meets an unknown call goes back to the older one (decision 24).
//! landlock says a second time that no file is opened, no TCP port used and no process outside
//! signalled; it comes with the kernel (5.13 and newer) and is not there everywhere.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
    Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

type Failure = Box<dyn std::error::Error>;

/// Denies all files, all TCP and signals to others; as much of it as this kernel knows. Whether
/// any of it holds.
pub(super) fn landlock() -> Result<bool, Failure> {
    // The newest rules that the crate knows; an older kernel takes the part that it knows.
    let rules = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(rules))?
        .handle_access(AccessNet::from_all(rules))?
        .scope(Scope::from_all(rules))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// Leaves this thread and all that it starts nothing but [`allowed`].
pub(super) fn seccomp() -> Result<(), Failure> {
    let filter = SeccompFilter::new(
        allowed()?,
        SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)?;
    Ok(())
}

/// The system calls of a process that computes, has its pipes open already, and starts threads.
fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, Failure> {
    // Without conditions: they reach nothing but this process and what it has open.
    let plain = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_getrandom,
        libc::SYS_getrusage,
        libc::SYS_gettimeofday,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_membarrier,
    ];
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        plain.into_iter().map(|call| (call, Vec::new())).collect();
    // Memory that can be written but never run.
    let not_executable = || only(2, libc::PROT_EXEC.cast_unsigned().into(), 0);
    rules.insert(libc::SYS_mmap, vec![not_executable()?]);
    rules.insert(libc::SYS_mprotect, vec![not_executable()?]);
    // Threads, never processes. clone3 hides its flags behind a pointer: it is "not there", and
    // glibc goes back to clone.
    let thread = libc::CLONE_THREAD.cast_unsigned().into();
    rules.insert(libc::SYS_clone, vec![only(0, thread, thread)?]);
    // abort() signals its own process.
    let me = std::process::id().into();
    rules.insert(libc::SYS_tgkill, vec![only(0, u32::MAX.into(), me)?]);
    // The processor time of the next photo; of this process alone.
    rules.insert(libc::SYS_prlimit64, vec![only(0, u32::MAX.into(), 0)?]);
    Ok(rules)
}

/// The call is let through if the bits `mask` of its argument are `value`.
fn only(argument: u8, mask: u64, value: u64) -> Result<SeccompRule, Failure> {
    let condition = SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(mask),
        value,
    )?;
    Ok(SeccompRule::new(vec![condition])?)
}
