import { z } from 'zod';

/** What the check needs of the acceptor's, the dispenser's, the coin devices' and the bank's own truth. */
/** Of a recycler also what it handed out of its units. */
const acceptorSchema = z.object({ paidOutMinor: z.number().default(0), places: z.record(z.string(), z.object({ sumMinor: z.number() })) });
const dispenserSchema = z.object({ exitMinor: z.number(), takenMinor: z.number(), path: z.array(z.object({ denominationMinor: z.number() })), removedCount: z.number() });
const coinAcceptorSchema = z.object({ coins: z.array(z.object({ denominationMinor: z.number(), place: z.string() })) });
const hopperSchema = z.object({ denominationMinor: z.number(), trayCount: z.number(), takenCount: z.number() });
const bankSchema = z.object({
  terminals: z.record(z.string(), z.object({ cashInMinor: z.number(), cashOutMinor: z.number(), suspenseInMinor: z.number(), suspenseOutMinor: z.number() })),
  trialBalanceMinor: z.number(),
});

/** Minor units. Everything since the two simulators were first seen together: the bank's ledger outlives a start, the notes in a simulated box do not. */
export interface MoneyTotals {
  readonly insideMinor: number;
  readonly returnedMinor: number;
  /** Moved into the customer's reach, taken or not. */
  readonly handedMinor: number;
  /** Neither in a cassette nor in reach: jammed. */
  readonly inPathMinor: number;
  readonly removedNoteCount: number;
  readonly bookedInMinor: number;
  readonly suspenseInMinor: number;
  readonly bookedOutMinor: number;
  readonly suspenseOutMinor: number;
  readonly trialBalanceMinor: number;
}

/**
 * `holds`: cash moved = host's ledger + suspense, to the note. `open`: notes have moved and the host has not booked them yet. `waiting`: that has lasted for longer than
 * an operation does. `broken`: the host has booked what did not move, its books do not balance, or nobody has booked for far too long.
 */
export interface MoneyCheck {
  readonly state: 'holds' | 'open' | 'waiting' | 'broken';
  readonly openInMinor: number;
  readonly openOutMinor: number;
  readonly problem: string | null;
  readonly totals: MoneyTotals;
}

export const WAITING_AFTER_MS = 120_000;
export const BROKEN_AFTER_MS = 600_000;

/** @returns null when one of the worlds is not (yet) what it should be */
export function moneyTotals(worlds: { readonly acceptor: unknown; readonly dispenser: unknown; readonly bank: unknown; readonly coinAcceptor?: unknown; readonly hopper?: unknown }): MoneyTotals | null {
  const acceptor = acceptorSchema.safeParse(worlds.acceptor);
  const dispenser = dispenserSchema.safeParse(worlds.dispenser);
  const bank = bankSchema.safeParse(worlds.bank);
  if (!acceptor.success || !dispenser.success || !bank.success) return null;
  const coins = coinAcceptorSchema.safeParse(worlds.coinAcceptor).data?.coins ?? [];
  const hopper = hopperSchema.safeParse(worlds.hopper).data;
  const coinsIn = (places: readonly string[]) => coins.filter((coin) => places.includes(coin.place)).reduce((sum, coin) => sum + coin.denominationMinor, 0);
  const inPlaces = (places: readonly string[]) => places.reduce((sum, place) => sum + (acceptor.data.places[place]?.sumMinor ?? 0), 0);
  const terminals = Object.values(bank.data.terminals);
  const booked = (field: keyof (typeof terminals)[number]) => terminals.reduce((sum, terminal) => sum + terminal[field], 0);
  return {
    // What a recycler paid out had come in before.
    insideMinor: inPlaces(['head', 'escrow', 'transport', 'box', 'store', 'collected', 'technician']) + coinsIn(['gate', 'box', 'collected']) + acceptor.data.paidOutMinor,
    returnedMinor: inPlaces(['customer', 'mouth', 'bezel']) + coinsIn(['mouth', 'tray']) - acceptor.data.paidOutMinor,
    handedMinor: dispenser.data.exitMinor + dispenser.data.takenMinor + acceptor.data.paidOutMinor + (hopper === undefined ? 0 : (hopper.trayCount + hopper.takenCount) * hopper.denominationMinor),
    inPathMinor: dispenser.data.path.reduce((sum, note) => sum + note.denominationMinor, 0),
    removedNoteCount: dispenser.data.removedCount,
    bookedInMinor: booked('cashInMinor'),
    suspenseInMinor: booked('suspenseInMinor'),
    bookedOutMinor: booked('cashOutMinor'),
    suspenseOutMinor: booked('suspenseOutMinor'),
    trialBalanceMinor: bank.data.trialBalanceMinor,
  };
}

/** What happened since `base`. The trial balance has no base: it is 0 or wrong. */
export function totalsSince(base: MoneyTotals, now: MoneyTotals): MoneyTotals {
  const keys = Object.keys(now) as (keyof MoneyTotals)[];
  return { ...(Object.fromEntries(keys.map((key) => [key, now[key] - base[key]])) as unknown as MoneyTotals), trialBalanceMinor: now.trialBalanceMinor };
}

/** @param openForMs  how long the same amount has been open; 0 when it has just changed */
export function checkMoney(totals: MoneyTotals, openForMs: number, isLinkDown: boolean): MoneyCheck {
  const openInMinor = totals.insideMinor - totals.bookedInMinor - totals.suspenseInMinor;
  // Notes that may have left are in suspense; both "they left" and "they did not" agree with that.
  const missingOutMinor = totals.bookedOutMinor - totals.handedMinor;
  const unbookedOutMinor = totals.handedMinor - totals.bookedOutMinor - totals.suspenseOutMinor;
  const openOutMinor = Math.max(0, unbookedOutMinor);
  const answer = (state: MoneyCheck['state'], problem: string | null): MoneyCheck => ({ state, openInMinor, openOutMinor, problem, totals });
  if (totals.trialBalanceMinor !== 0) return answer('broken', 'The bank’s books do not balance');
  if (openInMinor < 0) return answer('broken', 'The host has booked more cash in than is inside');
  if (missingOutMinor > totals.inPathMinor && totals.removedNoteCount === 0) return answer('broken', 'The host has booked more cash out than was handed out');
  if (openInMinor === 0 && openOutMinor === 0) return answer('holds', null);
  if (openForMs >= BROKEN_AFTER_MS && !isLinkDown) return answer('broken', 'Cash has moved and the host has not booked it');
  if (openForMs >= WAITING_AFTER_MS) return answer('waiting', isLinkDown ? 'The network is down: the host will hear of it later' : 'The host has not booked it yet');
  return answer('open', null);
}
