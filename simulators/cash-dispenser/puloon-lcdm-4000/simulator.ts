import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { TRAY_HANDS, dispenserHands } from '../../parts/dispenser-hands.ts';
import { SimulatedDispenser } from '../../parts/simulated-dispenser.ts';
import { CASSETTE_CAPACITY } from '../../puloon-family/lcdm-notes.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Section } from './model.ts';
import { LcdmBModel } from './model.ts';
import type { HostItem } from './wire.ts';
import { buildResponse, HostReader } from './wire.ts';

export interface LcdmBSimulatorOptions {
  readonly cassettes: readonly LoadedCassette[];
  /** Whether LAST STATUS outlives a power cut; not known of the real one. */
  readonly keepsLastStatus?: boolean;
  /** For which place the cassette in each place is coded; absent: each for its own. */
  readonly codes?: readonly number[];
}

const ACK_MS = 10;
const START_MS = 700;
const NOTE_MS = 200;
const PURGE_MS = 3_000;
const QUERY_MS = 20;
const SLOW_MS = 30_000;
/** Times of the protocol. [lcdm §3] */
const HOST_ACK_MS = 500;
const FRAME_MS = 200;
const REPEATS_MAX = 3;
const REJECTS_MAX = 10;

export const LCDM_B_FAULTS = {
  pickError: { at: ['note'], label: 'A note cannot be fed (01)' },
  reject: { at: ['note'], label: 'One note goes to the reject tray' },
  overReject: { at: ['note'], label: 'Too many rejects (0D)' },
  jam: { at: ['divert', 'eject', 'exit'], label: 'A note jams in this section (02 03 04)' },
  countMismatch: { at: ['note'], label: 'Two notes leave as one (07)' },
  motorStop: { at: ['note'], label: 'The motor stops (23)' },
  powerCut: { at: ['command', 'note', 'reply'], label: 'Power of the dispenser fails' },
  lineLoss: { at: ['command', 'note', 'reply'], label: 'The cable is pulled' },
  replyLost: { at: ['reply', 'dispensed'], label: 'The result never reaches the terminal' },
  ackLost: { at: ['command'], label: 'The acknowledgement is lost' },
  headLost: { at: ['command'], label: 'The acknowledgement is lost, and of the result only its check byte comes (15)' },
  silence: { at: ['command', 'dispense'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command arrives damaged (NAK)' },
  badBcc: { at: ['reply'], label: 'The result arrives damaged' },
  noEot: { at: ['reply'], label: 'The closing EOT does not come' },
  noise: { at: ['command', 'reply'], label: 'Stray bytes on the line' },
  slow: { at: ['reply'], label: 'The result comes late (30 s)' },
} as const;

const hands = z.discriminatedUnion('do', [...dispenserHands({ cassetteCount: 4, capacity: CASSETTE_CAPACITY }), ...TRAY_HANDS]);
type Hand = z.infer<typeof hands>;

interface Last {
  readonly opcode: number;
  readonly error: number;
  readonly exits: readonly number[];
  readonly rejects: readonly number[];
}

interface Run {
  readonly opcode: number;
  readonly wanted: readonly number[];
  readonly exits: number[];
  readonly rejects: number[];
}

const NOTHING: Last = { opcode: 0x20, error: 0, exits: [0, 0, 0, 0], rejects: [0, 0, 0, 0] };
/** Of a spare that remembers: a mix from two cassettes, where it stood before. */
const ELSEWHERE: Last = { opcode: 0x52, error: 0, exits: [2, 3, 0, 0], rejects: [0, 0, 0, 0] };
const JAM_ERRORS: Readonly<Record<Section, number>> = { divert: 0x02, eject: 0x03, exit: 0x04 };

/** An LCDM-4000 with dialect B. [lcdm §5, §9] */
export const createLcdmBSimulator: CreateSimulator<LcdmBSimulatorOptions> = (environment, options) => new LcdmBSimulator(environment, options);

class LcdmBSimulator extends SimulatedDispenser<typeof LCDM_B_FAULTS, Hand> {
  protected override readonly notes: LcdmBModel;
  readonly #keepsLastStatus: boolean;
  readonly #codes: readonly number[];
  readonly #reader = new HostReader();
  #isBusy = false;
  #stored: { readonly opcode: number; readonly bytes: readonly number[]; repeatsLeft: number } | null = null;
  #last: Last = NOTHING;
  #lastError = 0;
  #dispenseCommandCount = 0;
  /** Of the next result, not of its repeats. */
  #isHeadLost = false;

  constructor(environment: SimulatorEnvironment, options: LcdmBSimulatorOptions) {
    super({ protocol: 'puloon-lcdm-4000', environment, faults: LCDM_B_FAULTS, hands });
    this.notes = new LcdmBModel(options.cassettes);
    this.#keepsLastStatus = options.keepsLastStatus ?? false;
    this.#codes = options.codes ?? [1, 2, 3, 4];
  }

  protected override hear(chunk: Uint8Array): void {
    for (const item of this.#reader.push(chunk)) if (this.isAlive) this.#take(item);
    if (this.#reader.isInsideFrame) this.afterProtocolMs(FRAME_MS, () => this.#reader.forget());
  }

  protected override onPowerOff(): void {
    this.#isBusy = false;
    this.#stored = null;
    this.#lastError = 0;
    if (!this.#keepsLastStatus) this.#last = NOTHING;
    this.#reader.forget();
  }

  protected override onSpare(): void {
    this.#last = this.#keepsLastStatus ? ELSEWHERE : NOTHING;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), dispenseCommandCount: this.#dispenseCommandCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'removeTray':
      case 'insertTray':
      case 'emptyTray':
        return this.actOnTray(hand);
      default:
        return this.actOnCassettes(hand);
    }
  }

  #take(item: HostItem): void {
    // Half duplex: nothing is heard while notes move.
    if (this.#isBusy) return;
    if (item.kind === 'ack') this.#closeExchange();
    else if (item.kind === 'nak') this.#repeat();
    else if (item.kind === 'bad') this.write([0x15]);
    else if (item.kind === 'command') this.#command(item.opcode, item.data);
  }

  #closeExchange(): void {
    if (this.#stored === null || this.struck('noEot', 'reply', { opcode: this.#stored.opcode })) return;
    this.#stored = null;
    this.write([0x04]);
  }

  #command(opcode: number, data: readonly number[]): void {
    this.#stored = null;
    if (this.struck('powerCut', 'command', { opcode })) return this.powerOff();
    if (this.struck('lineLoss', 'command', { opcode })) return this.unplug();
    if (this.struck('silence', 'command', { opcode }) || (opcode === 0x52 && this.struck('silence', 'dispense', { opcode }))) return;
    if (this.struck('nak', 'command', { opcode })) return this.write([0x15]);
    if (this.struck('noise', 'command', { opcode })) this.write([0x00, 0x7e]);
    this.#isBusy = true;
    this.#isHeadLost = this.struck('headLost', 'command', { opcode });
    const isAckLost = this.#isHeadLost || this.struck('ackLost', 'command', { opcode });
    this.after(ACK_MS, () => {
      if (!isAckLost) this.write([0x06]);
      this.#execute(opcode, data);
    });
  }

  #execute(opcode: number, data: readonly number[]): void {
    if (opcode === 0x50) return void this.after(QUERY_MS, () => this.#reply(opcode, this.#status()));
    if (opcode === 0x55) return void this.after(QUERY_MS, () => this.#reply(opcode, [this.#last.opcode, 0x20 + this.#last.error, 0x30, ...this.#counts(this.#last)]));
    if (opcode === 0x51) return void this.after(PURGE_MS, () => this.#purge());
    if (opcode === 0x44) return void this.after(PURGE_MS, () => this.#reply(opcode, [0x20]));
    if (opcode === 0x52 || opcode === 0x53) return this.#dispense({ opcode, wanted: data.slice(0, 4).map((byte) => byte - 0x20), exits: [0, 0, 0, 0], rejects: [0, 0, 0, 0] });
    this.after(QUERY_MS, () => this.#reply(opcode, [0x50]));
  }

  #status(): readonly number[] {
    const { notes } = this;
    const path = 0x20 | (notes.isAt('divert') ? 0b11 : 0) | (notes.isAt('eject') ? 0b100 : 0) | (notes.isAt('exit') ? 0b1000 : 0);
    return [0x20 + (this.notes.isTrayInserted ? this.#lastError : 0x26), path, ...[1, 2, 3, 4].flatMap((number) => [this.notes.isNearEnd(number) ? 0x28 : 0x20, this.#position(number), 0x5c, 0x84])];
  }

  #position(number: number): number {
    return this.notes.isInserted(number) ? 0x30 + this.#codes[number - 1]! : 0x30;
  }

  #counts({ exits, rejects }: Last): readonly number[] {
    return [1, 2, 3, 4].flatMap((number) => [0x20 + exits[number - 1]!, 0x20 + rejects[number - 1]!, this.#position(number)]);
  }

  #purge(): void {
    const error = this.notes.isTrayInserted ? 0 : 0x26;
    if (error === 0) this.notes.purge();
    this.#last = { ...NOTHING, opcode: 0x51, error };
    this.#lastError = error;
    this.#reply(0x51, [0x20 + error, 0x30, ...this.#counts(this.#last)]);
  }

  #dispense(run: Run): void {
    this.#dispenseCommandCount++;
    const isMissing = run.wanted.some((noteCount, index) => noteCount > 0 && !this.notes.isInserted(index + 1));
    const total = run.wanted.reduce((sum, noteCount) => sum + noteCount, 0);
    const obstacle = run.wanted.some((noteCount) => noteCount < 0) || total > 100 || total === 0 ? 0x31 : !this.notes.isTrayInserted ? 0x26 : isMissing ? 0x24 : this.notes.path.length > 0 ? 0x0b : null;
    this.after(START_MS, () => (obstacle === null ? this.#nextNote(run, 0, 0) : this.#finish(run, obstacle)));
  }

  #nextNote(run: Run, index: number, noteIndex: number): void {
    const wanted = run.wanted[index];
    if (wanted === undefined) return this.#finish(run, 0);
    if (run.exits[index]! >= wanted) return this.#nextNote(run, index + 1, noteIndex);
    const strikes = (fault: Parameters<LcdmBSimulator['struck']>[0], at = 'note') => this.struck(fault, at, { index: noteIndex, opcode: run.opcode });
    const number = index + 1;
    if (strikes('powerCut')) {
      this.notes.pick(number, 'divert');
      return this.powerOff();
    }
    if (strikes('lineLoss')) this.unplug();
    if (strikes('pickError')) return this.#finish(run, 0x01);
    if (strikes('motorStop')) return this.#finish(run, 0x23);
    for (const section of ['divert', 'eject', 'exit'] as const) {
      if (!strikes('jam', section)) continue;
      this.notes.pick(number, section);
      return this.#finish(run, JAM_ERRORS[section]);
    }
    const isOver = strikes('overReject');
    const isRejected = run.opcode === 0x53 || isOver || strikes('reject');
    for (let times = isOver ? REJECTS_MAX : 1; times > 0; times--) {
      if (!this.notes.pick(number, isRejected ? 'tray' : 'reach')) return this.#finish(run, 0x01);
      run[isRejected ? 'rejects' : 'exits'][index]!++;
    }
    this.tell('noteMoved', { cassetteNumber: number, isRejected });
    if (isOver) return this.#finish(run, 0x0d);
    if (strikes('countMismatch') && this.notes.pick(number, 'reach')) {
      run.exits[index]!++;
      return this.#finish(run, 0x07);
    }
    this.after(NOTE_MS, () => this.#nextNote(run, run.opcode === 0x53 && run.rejects[index]! >= wanted ? index + 1 : index, noteIndex + 1));
  }

  #finish(run: Run, error: number): void {
    this.#last = { opcode: run.opcode, error, exits: run.exits, rejects: run.rejects };
    this.#lastError = error;
    this.#reply(run.opcode, [0x20 + error, 0x30, ...this.#counts(this.#last), ...Array.from({ length: 9 }, () => 0x20)]);
  }

  #reply(opcode: number, data: readonly number[]): void {
    if (this.struck('powerCut', 'reply', { opcode })) return this.powerOff();
    if (this.struck('lineLoss', 'reply', { opcode })) this.unplug();
    this.#isBusy = false;
    if (this.struck('replyLost', 'reply', { opcode }) || (opcode === 0x52 && this.struck('replyLost', 'dispensed', { opcode }))) return;
    if (this.struck('noise', 'reply', { opcode })) this.write([0x01, 0xff, 0x03]);
    this.#stored = { opcode, bytes: buildResponse(opcode, data), repeatsLeft: REPEATS_MAX };
    if (!this.struck('slow', 'reply', { opcode })) return this.#send();
    this.#isBusy = true;
    this.after(SLOW_MS, () => {
      this.#isBusy = false;
      this.#send();
    });
  }

  #send(): void {
    const stored = this.#stored;
    if (stored === null) return;
    const bytes = [...stored.bytes];
    if (this.struck('badBcc', 'reply', { opcode: stored.opcode })) bytes[bytes.length - 1]! ^= 0x55;
    this.write(this.#isHeadLost ? [0x15] : bytes);
    this.#isHeadLost = false;
    const { repeatsLeft } = stored;
    this.afterProtocolMs(HOST_ACK_MS, () => {
      if (this.#stored === stored && stored.repeatsLeft === repeatsLeft) this.#repeat();
    });
  }

  #repeat(): void {
    const stored = this.#stored;
    if (stored === null) return;
    if (stored.repeatsLeft-- === 0) this.#stored = null;
    else this.#send();
  }
}
