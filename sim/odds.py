#!/usr/bin/python3
"""How likely a case ends wrong, for the usual numbers: sim/odds.py

Each guardian is, independently and for the whole case, bad with probability B (does whatever harms most)
or dead for good with probability D. Up to f bad ones nothing breaks (the simulator: see docs/guardians). With
more than f, but fewer than k, the share of lives that break is measured:

    build/release/bin/exhibit_sim --numbers 5/3/4/1 --bad 2 --seeds 20000

With k they simply open the case. A release is missed when fewer than q honest ones live: bad ones withhold.
"""
from math import comb

# n, k, q, f; of lives with f + 1 bad ones (where that is fewer than k), how many were released early
usual = [(4, 2, 3, 1, 0.0), (5, 3, 4, 1, 0.023), (6, 3, 4, 1, 0.013), (7, 4, 5, 2, 0.012)]
worlds = [(0.01, 0.02), (0.02, 0.05), (0.05, 0.10), (0.10, 0.20)]


def exactly(n, b, d, bad, dead):
    rest = n - bad - dead
    return comb(n, bad) * comb(n - bad, dead) * b**bad * d**dead * (1 - b - d)**rest


print("| bad, dead (each guardian, whole case) | n/k/q/f | early or opened | missed |")
print("|---|---|---|---|")
for b, d in worlds:
    for n, k, q, f, share in usual:
        early = missed = 0.0
        for bad in range(n + 1):
            for dead in range(n + 1 - bad):
                p = exactly(n, b, d, bad, dead)
                if bad >= k:
                    early += p
                elif bad > f:
                    early += p * share
                if n - bad - dead < q:
                    missed += p
        print(f"| {b:.0%}, {d:.0%} | {n}/{k}/{q}/{f} | {early:.4%} | {missed:.2%} |")
