import { z } from 'zod';
import type { AcceptedCoin, CoinAcceptor, CoinAcceptorEvent } from '../../../drivers/interfaces/coin-acceptor.ts';
import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { COINS_UNDER_WAY_MAX } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Log } from '../../foundation/log.ts';
import type { Result } from '../../foundation/outcome.ts';
import type { Journal, JournalBatch, JournalError } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { isServing } from '../device-state.ts';
import { isEndLost, operationsOfDevices } from '../recovery/lost-end.ts';
import { COIN_BOX_UNIT } from './cash-unit-ids.ts';
import { isCoinExchangeOpen } from './coin-exchange.ts';
import type { HeldOutcomes } from './held-outcomes.ts';
import { countOf } from './units-left.ts';

const MARK = 'coinAcceptor.mark';
const OWNER = 'coinAcceptor.owner';
/** A gate that does not say that it is shut: what falls afterwards is nobody's, and stands in suspense. */
const DISABLE_MS = 10_000;
/** A coin acceptor that is going to say anything after a restart is up by then. */
const RESUME_MS = 45_000;
const LOOK_MS = 200;

const ownerSchema = z.strictObject({ operationId: z.string(), sessionId: z.string().nullable() });
export type CoinOwner = z.infer<typeof ownerSchema>;

/** The cash-in in front of the customer. */
export interface CoinTaker {
  readonly operationId: string;
  /** What may still be inserted, minor units. */
  roomMinor(): number;
  /** Counts it, at once. */
  coinAccepted(coin: InsertedNote): void;
}

/**
 * Between coin acceptor and journal. There is no escrow: a coin that is told lies in the box, so its credit, its count and the device's mark are one
 * transaction, and the next coin is told only then. By the mark nothing is credited twice and nothing lost over a restart of the core. A coin belongs to the operation
 * that opened the gate while its cash-in is open, after a restart until it is settled; else to nobody: a suspense item.
 */
export class CoinDesk {
  readonly #acceptor: CoinAcceptor | null;
  readonly #boxCapacity: number;
  readonly #journal: Journal;
  readonly #heldOutcomes: HeldOutcomes;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #log: Log;
  #taker: () => CoinTaker | null = () => null;
  #onRejected: () => void = () => {};
  /** Who opened the gate; of an earlier start until it is settled. */
  #owner: CoinOwner | null;
  #isRecovering = true;
  #isOpen = false;
  /** Between `enable` and `disable`. */
  #wantedMinor: readonly number[] = [];
  /** A coin that was told is not on the disk yet: nobody puts another one after what he does not see counted. */
  #isUnwritten = false;

  /** @param options.boxCapacity  coins that its box holds */
  constructor(options: { readonly acceptor: CoinAcceptor | null; readonly boxCapacity: number; readonly journal: Journal; readonly heldOutcomes: HeldOutcomes; readonly clock: Clock; readonly ids: IdSource; readonly log: Log }) {
    this.#acceptor = options.acceptor;
    this.#boxCapacity = options.boxCapacity;
    this.#journal = options.journal;
    this.#heldOutcomes = options.heldOutcomes;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#log = options.log;
    this.#owner = readOwner(options.journal.fact(OWNER));
    const mark = options.journal.fact(MARK);
    if (mark !== undefined) this.#acceptor?.resumeFrom(mark);
    this.#acceptor?.onEvent((event) => this.#onEvent(event));
    this.#acceptor?.onStatus(({ state }) => {
      // After a lost line or a restart it takes no coins until it is told to again.
      if (state !== 'ready' && state !== 'busy') this.#isOpen = false;
      else if (state === 'ready') this.#lookAtRest();
    });
  }

  /** @param taker  finds the cash-in in front of the customer; it gives null when there is none @param onRejected  a coin went back to whoever put it in */
  attach(taker: () => CoinTaker | null, onRejected: () => void): void {
    this.#taker = taker;
    this.#onRejected = onRejected;
  }

  /** Kinds that a cash-in would take now, ascending; empty: none. */
  takesMinor(): readonly number[] {
    const acceptor = this.#acceptor;
    if (acceptor === null || !isServing(acceptor) || isCoinExchangeOpen(this.#journal) || this.#isBoxFull) return [];
    return acceptor.capabilities.denominationsMinor;
  }

  /** The gate takes coins. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Before open operations are settled: coins that fell while the core was away, or that the disk did not take, are told by then, if the device is there. */
  async resume(openOperationIds: readonly string[]): Promise<void> {
    this.#isRecovering = true;
    const acceptor = this.#acceptor;
    if (acceptor === null || this.#owner === null || !openOperationIds.includes(this.#owner.operationId)) return;
    const deadlineMs = this.#clock.monotonicMs() + RESUME_MS;
    const isToCome = () => ['offline', 'initialising', 'recovering'].includes(acceptor.status().state) || (isServing(acceptor) && acceptor.mark() === null);
    while (isToCome() && this.#clock.monotonicMs() < deadlineMs) await delay(this.#clock, LOOK_MS);
  }

  /** What an earlier start left open is settled: what is told from now on is not its. */
  settled(): void {
    this.#isRecovering = false;
    if (this.#acceptor?.status().state === 'ready') this.#lookAtRest();
  }

  /** @returns the coins that are taken from now on; empty: none. Never an obstacle to notes */
  async enable(owner: CoinOwner): Promise<readonly number[]> {
    const acceptor = this.#acceptor;
    const mark = acceptor?.mark() ?? null;
    if (acceptor === null || mark === null || acceptor.status().state !== 'ready' || isCoinExchangeOpen(this.#journal) || this.#isBoxFull || !this.#journal.room().ok) return [];
    const { denominationsMinor } = acceptor.capabilities;
    // Whose coins these will be, and up to where the device was read: before the first can fall.
    if (denominationsMinor.length === 0 || !this.#commit({ facts: { [OWNER]: JSON.stringify(owner), [MARK]: mark } }).ok) return [];
    this.#owner = owner;
    this.#wantedMinor = denominationsMinor;
    if (this.#hasRoom() && (await this.#open())) return denominationsMinor;
    // Notes are taken as if no coin could come: none may, also not when the device is well again.
    this.#wantedMinor = [];
    return [];
  }

  /** Ends when what was under way has fallen and is credited. */
  async disable(): Promise<void> {
    const acceptor = this.#acceptor;
    if (acceptor === null || this.#owner === null) return;
    this.#wantedMinor = [];
    this.#isOpen = false;
    const outcome = await this.#shutAndRead(acceptor);
    const mark = acceptor.mark();
    if (outcome !== 'completed' || mark === null) return this.#log.warn('cim.coins.notShut', { outcome });
    this.#letGo(mark);
  }

  /** Its gate is shut and read, as `disable` leaves it: also of a cash-in whose end it did not hear of. */
  #lookAtRest(): void {
    const mark = this.#acceptor?.mark() ?? null;
    if (this.#wantedMinor.length > 0) this.lookSoon();
    else if (this.#owner !== null && !this.#isRecovering && mark !== null) this.#letGo(mark);
  }

  /** Shut and read: what is uncertain from here on is nobody's coin. */
  #letGo(mark: string): void {
    if (this.#commit({ facts: { [OWNER]: '', [MARK]: mark } }).ok) this.#owner = null;
  }

  /** Ends when what was under way has fallen and is credited; the gate opens again by itself when there is room. @throws when a device that is there does not say so */
  async shut(): Promise<void> {
    const acceptor = this.#acceptor;
    if (acceptor === null || this.#wantedMinor.length === 0) return;
    this.#isOpen = false;
    const outcome = await this.#shutAndRead(acceptor);
    // Coins are no obstacle to notes: one that is away cannot be asked.
    if (outcome !== 'completed' && isServing(acceptor)) throw new Error('the gate of the coins does not say that it is shut');
  }

  /** The machines are gone, and nobody follows a device that remembers few coins: an open gate is shut and read. What falls until then is its operation's, which the next start settles. */
  async stop(): Promise<void> {
    this.#isRecovering = true;
    await this.disable();
  }

  /** A coin that the disk did not take is told again soon: until then it is not credited. */
  async #shutAndRead(acceptor: CoinAcceptor): Promise<'completed' | 'failed' | 'uncertain' | 'timedOut'> {
    const deadlineMs = this.#clock.monotonicMs() + DISABLE_MS;
    const outcome = await Promise.race([acceptor.disable(), delay(this.#clock, DISABLE_MS)]);
    if (outcome?.kind !== 'completed') return outcome?.kind ?? 'timedOut';
    while (acceptor.mark() === null && isServing(acceptor) && this.#clock.monotonicMs() < deadlineMs) await delay(this.#clock, LOOK_MS);
    return acceptor.mark() === null ? 'timedOut' : 'completed';
  }

  /** What is inside may have changed. */
  lookSoon(): void {
    if (this.#wantedMinor.length > 0) queueMicrotask(() => this.#look());
  }

  /** The gate is shut while coins under way might be more than what fits into operation or box, while the disk takes no more (as a note goes back from escrow then), and when the cash-in is gone. */
  #look(): void {
    if (this.#wantedMinor.length === 0 || this.#isOpen === this.#hasRoom()) return;
    if (!this.#isOpen) return void this.#open();
    this.#isOpen = false;
    void this.#acceptor?.disable();
  }

  async #open(): Promise<boolean> {
    const mark = this.#acceptor?.mark() ?? null;
    // One that was restarted counts anew: by an older mark the next start would take its first coins for those that were credited before.
    if (mark === null || (mark !== this.#journal.fact(MARK) && !this.#commit({ facts: { [MARK]: mark } }).ok)) return false;
    this.#isOpen = true;
    const outcome = await this.#acceptor?.enable({ denominationsMinor: this.#wantedMinor, currency: 'KZT' });
    if (outcome?.kind === 'completed') return true;
    this.#log.warn('cim.coins.unavailable', { outcome: outcome?.kind ?? 'none' });
    this.#isOpen = false;
    return false;
  }

  #hasRoom(): boolean {
    const taker = this.#taker();
    if (this.#isUnwritten || this.#isBoxFull || !this.#journal.room().ok) return false;
    return taker !== null && taker.operationId === this.#owner?.operationId && this.#acceptor?.status().state !== 'offline' && taker.roomMinor() >= COINS_UNDER_WAY_MAX * Math.max(...this.#wantedMinor);
  }

  /** By its mark a coin says that nothing is in doubt before it: what is held goes first. */
  #commit(batch: JournalBatch): Result<unknown, JournalError> {
    const held = this.#heldOutcomes.write();
    return held.ok ? this.#journal.commit(batch) : held;
  }

  get #isBoxFull(): boolean {
    return isCoinBoxFull(countOf(this.#journal.cashUnits(), COIN_BOX_UNIT), this.#boxCapacity);
  }

  #onEvent(event: CoinAcceptorEvent): void {
    if (event.kind === 'coinAccepted') return this.#credit(event);
    if (event.kind === 'creditsUncertain') return this.#suspect(event);
    if (event.kind === 'coinRejected') return this.#onRejected();
    if (event.kind === 'fraudSuspected') this.#log.warn('cim.coins.fraudSuspected', { reason: event.reason, means: event.means });
  }

  #credit(event: Extract<CoinAcceptorEvent, { kind: 'coinAccepted' }>): void {
    const { coin, mark } = event;
    const owner = coin.denominationMinor === 0 ? null : this.#ownerNow();
    const committed = this.#commit(owner === null ? this.#unassigned(coin, mark) : creditBatch(coin, mark, owner));
    if (!committed.ok) {
      this.#log.error('jnl.outcome.unrecorded', { code: committed.error.code });
      this.#isUnwritten = true;
      this.#look();
      return event.postpone();
    }
    this.#isUnwritten = false;
    if (owner !== null && !this.#isRecovering) this.#taker()?.coinAccepted({ noteId: coin.coinId, denominationMinor: coin.denominationMinor });
    event.acknowledge();
    this.#look();
  }

  /** The same in one tick for journal and machine: what is journaled as an operation's is counted by it. */
  #ownerNow(): CoinOwner | null {
    const owner = this.#owner;
    if (owner === null) return null;
    if (!this.#isRecovering) return this.#taker()?.operationId === owner.operationId ? owner : null;
    if (!operationsOfDevices(this.#journal).includes(owner.operationId)) return null;
    const isSettled = this.#journal.operationEntries(owner.operationId, ['deposit.accepted', 'deposit.cancelled', 'operation.closed']).length > 0;
    return isSettled ? null : owner;
  }

  #unassigned(coin: AcceptedCoin, mark: string): JournalBatch {
    const { denominationMinor } = coin;
    const evidence = denominationMinor === 0 ? `a coin of position ${coin.position}, which has no value in the table` : this.#owner === null ? 'a coin that no operation asked for' : `a coin that fell after operation ${this.#owner.operationId} ${isEndLost({ journal: this.#journal }, this.#journal.operationEntries(this.#owner.operationId)) ? 'lost its end' : 'was settled'}`;
    return {
      entries: [entry('coin.accepted', { coinId: coin.coinId, denominationMinor, position: coin.position, evidence })],
      cashUnits: countOfOne(coin),
      suspense: [{ suspenseId: this.#ids.ulid(), operationId: null, reason: 'unassigned', amountMinor: denominationMinor, evidence, reference: null }],
      facts: { [MARK]: mark },
    };
  }

  /** Coins may lie in the box without a credit: how many, nobody knows. The item has no sum until the box is counted. */
  #suspect({ cause, countMax }: Extract<CoinAcceptorEvent, { kind: 'creditsUncertain' }>): void {
    // With the gate shut and the device read, whatever it forgot since was no coin of ours.
    if (this.#owner === null) return this.#log.warn('cim.coins.uncertain', { cause, countMax });
    const evidence = `coins without a credit: ${cause}, ${countMax === null ? 'how many is not known' : `at most ${countMax}`}; asked for by operation ${this.#owner.operationId}`;
    const batch: JournalBatch = { suspense: [{ suspenseId: this.#ids.ulid(), operationId: null, reason: 'unassigned', amountMinor: 0, evidence, reference: null }] };
    const committed = this.#commit(batch);
    if (committed.ok) return;
    this.#log.error('jnl.outcome.unrecorded', { code: committed.error.code, evidence });
    // The device says it once.
    this.#heldOutcomes.hold(batch);
  }
}

/** Coins under way would not all fit any more. No acceptor sees into its box: by our count. */
export function isCoinBoxFull(coinCount: number, boxCapacity: number): boolean {
  return coinCount + COINS_UNDER_WAY_MAX > boxCapacity;
}

function creditBatch(coin: AcceptedCoin, mark: string, owner: CoinOwner): JournalBatch {
  return {
    entries: [entry('coin.accepted', { coinId: coin.coinId, denominationMinor: coin.denominationMinor, position: coin.position, evidence: 'credit of the device' }, { operationId: owner.operationId, sessionId: owner.sessionId ?? undefined })],
    cashUnits: countOfOne(coin),
    facts: { [MARK]: mark },
  };
}

/** A coin of untold value is in no count, until the box is counted. */
function countOfOne({ denominationMinor }: AcceptedCoin): NonNullable<JournalBatch['cashUnits']> {
  return denominationMinor === 0 ? [] : [{ unitId: COIN_BOX_UNIT, denominationMinor, noteCountDelta: 1 }];
}

function readOwner(fact: string | undefined): CoinOwner | null {
  if (fact === undefined) return null;
  try {
    return ownerSchema.safeParse(JSON.parse(fact)).data ?? null;
  } catch {
    return null;
  }
}
