import { Chance } from './chance.ts';
import { seededRandom } from './seeded-random.ts';

/** More customers than one world has; keeps the seeds of sessions apart. */
const SESSIONS_MAX = 100_000;
/** Each kind of chance has dice of its own, so that one more draw of one kind changes no other: customers, what goes wrong, who decides, settles, tends coins and notes, what is rejected, who meets over it, when the core dies of a device's fault, how the second copy is harmed, when it stands dark, where a device loses count, what happens at the place, who puts it right there, who looks inside, at which durable step of the money it strikes, what firmware its devices have, whose hands are at the units of a recycler, when the disk is lost, which line hangs or is noisy, what comes at an untimely moment, on which screen somebody goes away, which device is exchanged, who takes the cash box out, when the disk is nearly full, what the staff find, which devices a start leaves out. */
const SEEDS = { start: 0, customer: 1, faults: 2, rejection: 1_100_000_009, meeting: 1_300_000_019, decision: 1_500_000_007, settlement: 1_700_000_009, tending: 1_900_000_021, notes: 2_100_000_011, aftermath: 2_500_000_001, copy: 2_300_000_033, rest: 2_700_000_043, counts: 2_900_000_029, place: 3_100_000_009, security: 3_300_000_013, path: 3_500_000_017, moment: 3_700_000_001, firmware: 3_900_000_071, units: 4_100_000_011, disk: 4_300_000_001, line: 4_700_000_003, untimely: 4_900_000_013, leaving: 5_100_000_029, spare: 5_300_000_047, box: 5_500_000_013, room: 5_700_000_007, staff: 5_900_000_029, config: 6_100_000_019 } as const;
export type DiceName = keyof typeof SEEDS;

/** The dice of one session of one world. */
export function worldDice({ seed, session, what }: { readonly seed: number; readonly session: number; readonly what: DiceName }): Chance {
  return new Chance(seededRandom((seed * SESSIONS_MAX + session) * 3 + SEEDS[what]));
}
