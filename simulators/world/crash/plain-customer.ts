import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import { SAMPLE_CLIENTS } from '../../bank-host/sample-data.ts';
import type { Answer, CustomerMemory } from '../customer-answers.ts';
import { answerTo } from '../customer-answers.ts';
import type { CustomerPlan } from '../customer-plan.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Surroundings, VirtualTerminal } from '../virtual-terminal.ts';
import type { CrashOperation } from './crash-cells.ts';
import { LikelyChance } from './likely-chance.ts';

/** Notes of a deposit and of a payment, minor units; the payment leaves change. */
const NOTES_MINOR: Readonly<Record<CrashOperation, readonly number[]>> = { 'op-01': [500_000, 200_000], 'op-05': [200_000, 200_000], 'op-10': [] };
/** Where there is a slot for them, behind the notes. */
const COINS_MINOR: Readonly<Record<CrashOperation, readonly number[]>> = { 'op-01': [10_000, 2_000], 'op-05': [5_000], 'op-10': [] };
/** Seven notes of the first cassette and two of the other, in three commands. */
const WITHDRAWN_MINOR = 3_900_000;
/** On top of it, by hoppers that there are: three coins of the first, two of the second. */
const COINS_WITHDRAWN_MINOR: readonly number[] = [0, 30_000, 34_000];

/** Another sum than that of the matrix. */
export interface PlainVisit {
  /** Of a deposit or a payment, minor units. */
  readonly notesMinor?: readonly number[];
  readonly withdrawnMinor?: number;
}

/** One visit without whims: the same in every run, so that its points can be numbered. */
export class PlainCustomer {
  readonly #plan: CustomerPlan;
  readonly #memory: CustomerMemory;
  readonly #chance = new LikelyChance(seededRandom(1));
  readonly #notesMinor: readonly number[];
  readonly #coinsMinor: readonly number[];
  readonly #withdrawnMinor: number;
  #noteIndex = 0;
  #coinIndex = 0;

  constructor(operation: CrashOperation, lastCode: (phone: string) => string | null, visit: PlainVisit = {}) {
    const { phone, iin, birthDate } = SAMPLE_CLIENTS[0]!;
    this.#notesMinor = visit.notesMinor ?? NOTES_MINOR[operation];
    this.#coinsMinor = COINS_MINOR[operation];
    this.#withdrawnMinor = visit.withdrawnMinor ?? WITHDRAWN_MINOR;
    this.#plan = { person: { phone, iin, birthDate }, operations: [operation], language: 'ru', sillyPercent: 0, walkAwayPercent: 0, identifiesBy: 'phone', wrongCodes: 0, noteCount: 0, coinCount: null, providerId: 'p-meal', wantsPaper: true, leavesOn: null };
    this.#memory = { operationIndex: 0, wrongCodesLeft: 0, notesLeft: 0, coinsLeft: 0, hasTakenCash: false, lastCode: () => lastCode(phone) };
  }

  #answer(model: ScreenModel, { coins }: Pick<Surroundings, 'coins'>): Answer {
    if (model.screen === 'cash-in' && model.data.noteState === 'waiting') {
      const denominationMinor = this.#notesMinor[this.#noteIndex];
      if (denominationMinor !== undefined) {
        this.#noteIndex += 1;
        return { do: 'insertNote', denominationMinor, kind: 'genuine', pullsBack: false };
      }
      const coinMinor = coins === null ? undefined : this.#coinsMinor[this.#coinIndex];
      if (coinMinor !== undefined) {
        this.#coinIndex += 1;
        return { do: 'insertCoins', coins: [{ denominationMinor: coinMinor, kind: 'genuine' }] };
      }
    }
    if (model.screen === 'cash-out-amount') return { do: 'press', press: { kind: 'chooseAmount', amountMinor: this.#withdrawnMinor + (COINS_WITHDRAWN_MINOR[coins?.hoppers.length ?? 0] ?? 0) } };
    // Not back for ever to a mouth that takes nothing more.
    if (model.screen === 'cash-in-leave') return { do: 'press', press: { kind: model.data.canFinish ? 'leaveFinish' : 'leaveWithoutCredit' } };
    return answerTo(model, this.#plan, this.#memory, this.#chance);
  }

  /** What this customer does before what is shown now: touches the screen, or puts and takes things at the devices. */
  act({ surroundings, terminal }: Pick<VirtualTerminal, 'surroundings' | 'terminal'>): void {
    const { revision } = terminal.desk.model;
    const answer = this.#answer(terminal.desk.model, surroundings);
    if (answer.do === 'press') terminal.desk.intent({ ...answer.press, revision });
    if (answer.do === 'insertNote') surroundings.acceptor.control({ do: 'insertNote', denominationMinor: answer.denominationMinor, kind: 'genuine' });
    if (answer.do === 'insertCoins') for (const coin of answer.coins) surroundings.coins?.acceptor.control({ do: 'insertCoin', ...coin });
    if (answer.do === 'takeCash') {
      for (const hopper of surroundings.coins?.hoppers ?? []) hopper.control({ do: 'takeCoins' });
      surroundings.dispenser.control({ do: 'takeNotes' });
      this.#memory.hasTakenCash = true;
    }
    if (answer.do === 'takeReceipt') {
      surroundings.printer.control({ do: 'takeReceipt' });
      terminal.desk.intent({ kind: 'next', revision });
    }
  }
}
