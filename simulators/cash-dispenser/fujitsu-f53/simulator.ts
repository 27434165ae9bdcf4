import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { dispenserHands } from '../../parts/dispenser-hands.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { SimulatedDispenser } from '../../parts/simulated-dispenser.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { BduModel, CASSETTE_CAPACITY, POOL_CAPACITY, REJECT_CAPACITY } from './model.ts';
import type { HostItem } from './wire.ts';
import { buildFrame, digits, HostReader, readDigits } from './wire.ts';

export interface F53SimulatorOptions {
  readonly cassettes: readonly LoadedCassette[];
  /** Payload of a count's result: 157 bytes by its own length byte, 139 as another emulator sends it. [f53 §3] */
  readonly countedBytes?: 157 | 139;
}

/** Mechanics, scaled by the time factor. */
const START_MS = 900;
const NOTE_MS = 140;
const SHUTTER_MS = 1_200;
const CLEAR_MS = 2_500;
const INITIALISE_MS = 2_000;
const QUERY_MS = 20;
const SLOW_MS = 20_000;
/** Times of the protocol. [f53 §2] */
const STEP_MS = 5_000;
const GAP_MS = 500;
const ATTEMPTS_MAX = 3;
/** The command that moves notes into the pool. [f53 §3] */
const COUNT = 0x03;

export const F53_FAULTS = {
  pickError: { at: ['note'], label: 'A note cannot be fed (x6)' },
  empty: { at: ['note'], label: 'The cassette reports its end (x1)' },
  reject: { at: ['note'], label: 'One note goes to the reject box' },
  jam: { at: ['note', 'present', 'retract'], label: 'A note jams on its way (78, 7C, 7D)' },
  shutterStuck: { at: ['present'], label: 'The shutter does not open (A0)' },
  overCount: { at: ['count', 'mismatch'], label: 'One note more than asked for lies in the pool, as if nothing were (E0) or with an error (88)' },
  countMismatch: { at: ['count'], label: 'Counted otherwise than asked for (88)' },
  restart: { at: ['status'], label: 'It restarts by itself after it told its status, and has no bill data (E1)' },
  powerCut: { at: ['command', 'note', 'present', 'retract', 'reply'], label: 'Power of the dispenser fails' },
  lineLoss: { at: ['command', 'note', 'reply'], label: 'The cable is pulled' },
  silence: { at: ['enq', 'command', 'count'], label: 'The terminal is not heard' },
  nak: { at: ['command', 'count'], label: 'The command arrives damaged (NAK)' },
  ackLost: { at: ['command', 'count'], label: 'The acknowledgement is lost' },
  replyLost: { at: ['reply'], label: 'The result never reaches the terminal' },
  badCrc: { at: ['reply'], label: 'The result arrives damaged' },
  contention: { at: ['enq'], label: 'Both ask to send at once' },
  noise: { at: ['reply'], label: 'Stray bytes on the line' },
  slow: { at: ['reply'], label: 'The result comes late (20 s)' },
} as const;

const hands = z.discriminatedUnion('do', [
  ...dispenserHands({ cassetteCount: 4, capacity: CASSETTE_CAPACITY }),
  z.strictObject({ do: z.literal('removeRejectBox') }),
  z.strictObject({ do: z.literal('insertRejectBox') }),
  z.strictObject({ do: z.literal('emptyRejectBox') }),
]);
type Hand = z.infer<typeof hands>;

interface Count {
  readonly wanted: readonly number[];
  readonly rejectCountMax: number;
  readonly isDelivered: boolean;
  readonly dispensed: number[];
  readonly rejected: number[];
}

type Answer = { readonly code: number; readonly error?: readonly [number, number]; readonly count?: Count; readonly status?: true };

/** An F53 or F56 with pool, front shutter and reject box. [f53 §3, §8] */
export const createF53Simulator: CreateSimulator<F53SimulatorOptions> = (environment, options) => new F53Simulator(environment, options);

class F53Simulator extends SimulatedDispenser<typeof F53_FAULTS, Hand> {
  protected override readonly notes: BduModel;
  readonly #reader = new HostReader();
  readonly #countedBytes: number;
  #phase: 'idle' | 'listening' | 'working' | 'asking' | 'sending' = 'idle';
  #isInitialised = false;
  /** After a power cut in a count the device knows that one was cut, not what it did. [f53 §4 FD] */
  #wasCutInCount = false;
  #reply: { readonly bytes: readonly number[]; readonly code: number; attemptCount: number } | null = null;
  #countCommandCount = 0;

  constructor(environment: SimulatorEnvironment, options: F53SimulatorOptions) {
    super({ protocol: 'fujitsu-f53', environment, faults: F53_FAULTS, hands });
    this.notes = new BduModel(options.cassettes);
    this.#countedBytes = options.countedBytes ?? 157;
  }

  protected override hear(chunk: Uint8Array): void {
    for (const item of this.#reader.push(chunk)) if (this.isAlive) this.#take(item);
    if (this.#reader.isInsideFrame) this.afterProtocolMs(GAP_MS, () => this.#reader.forget());
  }

  protected override onPowerOff(): void {
    this.#wasCutInCount ||= this.#phase === 'working' && this.notes.pool.length > 0;
    this.#phase = 'idle';
    this.#isInitialised = false;
    this.#reply = null;
    this.#reader.forget();
  }

  protected override onSpare(): void {
    this.#wasCutInCount = false;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { isInitialised: this.#isInitialised, ...super.describe(), dispenseCommandCount: this.#countCommandCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'removeRejectBox':
        return this.actOnTray({ do: 'removeTray' });
      case 'insertRejectBox':
        return this.actOnTray({ do: 'insertTray' });
      case 'emptyRejectBox':
        return this.actOnTray({ do: 'emptyTray' });
      default:
        return this.actOnCassettes(hand);
    }
  }

  // ——— the line

  #take(item: HostItem): void {
    if (item.kind === 'enq') return this.#enquired();
    if (item.kind === 'ack') return this.#acknowledged();
    if (item.kind === 'nak') return this.#phase === 'sending' ? this.#sendReply() : undefined;
    // A frame is heard only after its ENQ.
    if (this.#phase !== 'listening') return;
    const opcode = item.kind === 'frame' ? item.data[1] : undefined;
    const strikes = (fault: 'nak' | 'silence' | 'ackLost') => this.struck(fault, 'command', { opcode }) || (opcode === COUNT && this.struck(fault, 'count', { opcode }));
    if (item.kind === 'badFrame' || strikes('nak')) return this.write([0x10, 0x15]);
    if (strikes('silence')) return;
    if (this.struck('powerCut', 'command', { opcode })) return this.powerOff();
    if (this.struck('lineLoss', 'command', { opcode })) return this.unplug();
    if (!strikes('ackLost')) this.write([0x10, 0x06]);
    this.#phase = 'working';
    this.#perform(item.data);
  }

  /** The host wants to send. While the unit works it hears nothing; what it still had to say it lets go. */
  #enquired(): void {
    if (this.#phase === 'working' || this.struck('silence', 'enq')) return;
    if (this.struck('contention', 'enq')) return this.write([0x10, 0x05]);
    this.#reply = null;
    this.#phase = 'listening';
    this.write([0x10, 0x06]);
  }

  #acknowledged(): void {
    if (this.#phase === 'asking') {
      this.#phase = 'sending';
      this.#reply!.attemptCount = 0;
      this.#sendReply();
    } else if (this.#phase === 'sending') {
      this.#phase = 'idle';
      this.#reply = null;
    }
  }

  #ask(): void {
    const reply = this.#reply;
    if (reply === null || this.#phase !== 'asking') return;
    if (reply.attemptCount++ >= ATTEMPTS_MAX) return this.#letGo();
    this.write([0x10, 0x05]);
    this.afterProtocolMs(STEP_MS, () => (this.#reply === reply ? this.#ask() : undefined));
  }

  #sendReply(): void {
    const reply = this.#reply;
    if (reply === null) return;
    if (reply.attemptCount++ >= ATTEMPTS_MAX) return this.#letGo();
    const attempt = reply.attemptCount;
    const bytes = [...reply.bytes];
    if (this.struck('badCrc', 'reply', { opcode: reply.code })) bytes[bytes.length - 1]! ^= 0x55;
    this.write(bytes);
    this.afterProtocolMs(STEP_MS, () => (this.#reply === reply && this.#phase === 'sending' && reply.attemptCount === attempt ? this.#sendReply() : undefined));
  }

  #letGo(): void {
    this.#reply = null;
    this.#phase = 'idle';
  }

  #answer(answer: Answer): void {
    if (!this.isPowered) return;
    if (this.struck('powerCut', 'reply', { opcode: answer.code })) return this.powerOff();
    if (this.struck('lineLoss', 'reply', { opcode: answer.code })) this.unplug();
    if (this.struck('replyLost', 'reply', { opcode: answer.code })) return this.#letGo();
    if (this.struck('noise', 'reply', { opcode: answer.code })) this.write([0x10, 0x7e, 0x00]);
    const say = () => {
      this.#reply = { bytes: buildFrame(this.#payload(answer)), code: answer.code, attemptCount: 0 };
      this.#phase = 'asking';
      this.#ask();
    };
    if (this.struck('slow', 'reply', { opcode: answer.code })) this.after(SLOW_MS, say);
    else say();
  }

  #payload({ code, error, count, status }: Answer): number[] {
    if (status === true) {
      const body = Array.from({ length: 20 }, () => 0);
      if (this.notes.exit.length > 0) body[0x0e - 3] = 0x10;
      return [0x80, code, body.length, ...body, 0x1c];
    }
    const length = count === undefined ? (code === 0x02 ? 0x34 : 0x04) : 0x99;
    const payload = Array.from({ length: 3 + (count === undefined ? length : this.#countedBytes - 4) }, () => 0);
    payload.splice(0, 3, error === undefined ? 0xe0 : 0xf0, code, length);
    if (error !== undefined) payload.splice(3, 2, ...error);
    if (count !== undefined) {
      payload.splice(0x27, 8, ...count.dispensed.flatMap(digits));
      payload.splice(0x2f, 8, ...count.rejected.flatMap(digits));
    }
    return [...payload, 0x1c];
  }

  // ——— the mechanics

  #perform(data: readonly number[]): void {
    const [commandClass, code, length] = data;
    if (data.at(-1) !== 0x1c) return this.#refuse(code ?? 0, 0xec);
    if (commandClass === 0x00 && code === 0x01) return void this.after(QUERY_MS, () => this.#tellStatus());
    if (commandClass !== 0x60 || code === undefined) return this.#refuse(code ?? 0, 0xe0);
    const parameters = data.slice(3, -1);
    if (parameters.length !== length) return this.#refuse(code, 0xee);
    if (code === 0x02) return void this.after(INITIALISE_MS, () => this.#initialise());
    if (code === 0x08) return void this.after(CLEAR_MS, () => this.#clear(0x08));
    if (!this.#isInitialised) return this.#refuse(code, 0xe1);
    if (code === 0x03) return this.#count(parameters);
    if (code === 0x09) return void this.after(SHUTTER_MS, () => this.#answer({ code, ...this.#present() }));
    if (code === 0x0a) return void this.after(SHUTTER_MS, () => this.#retract());
    if (code === 0x0b) return void this.after(CLEAR_MS, () => this.#clear(0x0b));
    this.#refuse(code, 0xe0);
  }

  #refuse(code: number, major: number): void {
    this.after(QUERY_MS, () => this.#answer({ code, error: [major, 0] }));
  }

  #tellStatus(): void {
    if (this.struck('restart', 'status')) this.#isInitialised = false;
    this.#answer({ code: 0x01, status: true });
  }

  /** Names what it finds and leaves it there. */
  #initialise(): void {
    const { path, pool, exit, isTrayInserted } = this.notes;
    const error = this.#wasCutInCount ? ([0xfd, 0] as const) : path.length > 0 ? ([0x70, 0] as const) : pool.length > 0 ? ([0xef, 0] as const) : exit.length > 0 ? ([0x7c, 0x80] as const) : !isTrayInserted ? ([0xb0, 0] as const) : undefined;
    this.#wasCutInCount = false;
    this.#isInitialised = true;
    this.#answer({ code: 0x02, ...(error === undefined ? {} : { error }) });
  }

  /** RESET and REJECT: path and pool into the reject box. */
  #clear(code: number): void {
    const { path, pool, tray, isTrayInserted } = this.notes;
    if (!isTrayInserted) return this.#answer({ code, error: [0xb0, 0] });
    if (tray.length + path.length + pool.length > REJECT_CAPACITY) return this.#answer({ code, error: [0xb5, 0] });
    const moved = this.notes.move('path', 'tray') + this.notes.move('pool', 'tray');
    this.#wasCutInCount = false;
    this.tell('cleared', { noteCount: moved });
    this.#answer({ code, ...(code === 0x0b && moved === 0 ? { error: [0x52, 0] as const } : {}) });
  }

  #present(): { readonly error?: readonly [number, number] } {
    if (this.struck('powerCut', 'present')) {
      // Half of the way: the shutter is open, some notes are out.
      this.notes.handOut(Math.ceil(this.notes.pool.length / 2));
      this.powerOff();
      return {};
    }
    if (this.notes.pool.length === 0) return { error: [0x52, 0] };
    if (this.struck('shutterStuck', 'present')) return { error: [0xa0, 0] };
    if (this.struck('jam', 'present')) {
      this.notes.move('pool', 'path', 1);
      return { error: [0x7c, 0x01] };
    }
    const noteCount = this.notes.handOut();
    this.tell('presented', { noteCount });
    return {};
  }

  #retract(): void {
    if (this.struck('powerCut', 'retract')) return this.powerOff();
    if (this.notes.exit.length === 0) return this.#answer({ code: 0x0a, error: [0xa4, 0] });
    if (this.struck('jam', 'retract')) {
      this.notes.isShutterOpen = false;
      this.notes.move('exit', 'path');
      return this.#answer({ code: 0x0a, error: [0x7d, 0] });
    }
    this.notes.isShutterOpen = false;
    this.tell('retracted', { noteCount: this.notes.move('exit', 'pool') });
    this.#answer({ code: 0x0a });
  }

  #count(parameters: readonly number[]): void {
    const numberAt = (offset: number) => readDigits(parameters[offset], parameters[offset + 1]);
    const wanted = [1, 3, 5, 7].map(numberAt);
    const rejects = [9, 11, 13, 15].map(numberAt);
    if (parameters.length !== 0x15) return this.#refuse(0x03, 0xea);
    if ([...wanted, ...rejects].some((value) => value === null)) return this.#refuse(0x03, 0xe6);
    if (this.notes.pool.length + wanted.reduce<number>((sum, value) => sum + value!, 0) > POOL_CAPACITY) return this.#refuse(0x03, 0xea);
    this.#countCommandCount++;
    const count: Count = { wanted: wanted as number[], rejectCountMax: rejects[0]!, isDelivered: (parameters[0]! & 0x80) !== 0, dispensed: [0, 0, 0, 0], rejected: [0, 0, 0, 0] };
    const obstacle = this.#obstacle(count);
    if (obstacle !== null) return void this.after(START_MS, () => this.#counted(count, obstacle));
    this.after(START_MS, () => this.#nextNote(count, 0, 0));
  }

  #obstacle(count: Count): readonly [number, number] | null {
    if (!this.notes.isTrayInserted) return [0xb0, 0];
    if (this.notes.path.length > 0) return [0x70, 0];
    const missing = count.wanted.findIndex((noteCount, index) => noteCount > 0 && !this.notes.isInserted(index + 1));
    return missing < 0 ? null : [(missing + 1) << 4, 0];
  }

  #nextNote(count: Count, index: number, noteIndex: number): void {
    const wanted = count.wanted[index];
    if (wanted === undefined) return this.#counted(count, null);
    if (count.dispensed[index]! >= wanted) return this.#nextNote(count, index + 1, noteIndex);
    const major = (index + 1) << 4;
    const strikes = (fault: Parameters<F53Simulator['struck']>[0]) => this.struck(fault, 'note', { index: noteIndex, opcode: COUNT });
    if (strikes('powerCut')) {
      this.notes.pick(index + 1, 'path');
      return this.powerOff();
    }
    if (strikes('lineLoss')) this.unplug();
    if (strikes('pickError')) return this.#counted(count, [major | 6, 0]);
    if (strikes('jam')) {
      this.notes.pick(index + 1, 'path');
      return this.#counted(count, [0x78, 0x01]);
    }
    const isRejected = strikes('reject');
    if (strikes('empty') || this.notes.pick(index + 1, isRejected ? 'tray' : 'pool') === null) return this.#counted(count, [major | 1, 0]);
    if (isRejected) count.rejected[index]!++;
    else count.dispensed[index]!++;
    this.tell('noteMoved', { cassetteNumber: index + 1, isRejected });
    if (count.rejected[index]! > count.rejectCountMax) return this.#counted(count, [major | 2, 0]);
    this.after(NOTE_MS, () => this.#nextNote(count, index, noteIndex + 1));
  }

  #counted(count: Count, error: readonly [number, number] | null): void {
    const isMismatch = error === null && (this.#countsOneMore(count, 'mismatch') || this.struck('countMismatch', 'count', { opcode: COUNT }));
    if (error === null && !isMismatch) this.#countsOneMore(count, 'count');
    const found = error ?? (isMismatch ? ([0x88, 0x00] as const) : null);
    const delivered = found === null && count.isDelivered && this.notes.pool.length > 0 ? this.#present().error : undefined;
    if (!this.isPowered) return;
    const last = found ?? delivered;
    this.#answer({ code: 0x03, count, ...(last === undefined ? {} : { error: last }) });
  }

  #countsOneMore(count: Count, at: 'count' | 'mismatch'): boolean {
    const index = count.wanted.findLastIndex((noteCount) => noteCount > 0);
    if (this.notes.isEmpty(index + 1) || !this.struck('overCount', at, { opcode: COUNT })) return false;
    this.notes.pick(index + 1, 'pool');
    count.dispensed[index]!++;
    return true;
  }
}
