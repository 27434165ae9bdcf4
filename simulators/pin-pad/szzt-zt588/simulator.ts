import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { PinBlockFormat } from '../crypto/pin-block.ts';
import type { PadKey, Refused } from './key-store.ts';
import { IMK_INDEX, KeyStore, STATUS, TMK_INDEX } from './key-store.ts';
import { HostReader, buildFrame } from './wire.ts';

export interface ZtSimulatorOptions {
  /** What the custodians loaded, by index; the sample's keys when left out. */
  readonly keys?: Readonly<Record<string, PadKey>>;
  /** Whether the firmware has the commands of the key block set. */
  readonly hasKeyBlocks?: boolean;
}

/** Invented keys of the sample pad. */
const SAMPLE_KEYS: Readonly<Record<string, PadKey>> = {
  [IMK_INDEX]: { use: 'imk', algorithm: 'T', key: Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex') },
  [TMK_INDEX]: { use: 'master', algorithm: 'T', key: Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex') },
  '30': { use: 'pin', algorithm: 'T', key: Buffer.from('1123581321345589FEDCBA9876543210', 'hex') },
};

const ANSWER_MS = 20;
/** A half frame is forgotten after this silence. */
const GAP_MS = 200;
const AUTHENTICATIONS_MAX = 3;
const FORMATS: Readonly<Record<string, PinBlockFormat>> = { ' ': 0, '!': 1, '#': 3, $: 4 };
const KEYS: Readonly<Record<string, number>> = { '1': 0x31, '2': 0x32, '3': 0x33, '4': 0x34, '5': 0x35, '6': 0x36, '7': 0x37, '8': 0x38, '9': 0x39, '0': 0x30, '00': 0x23, enter: 0x0d, cancel: 0x1b, clear: 0x08 };

const FAULTS = {
  silence: { at: ['command'], label: 'The command is not heard' },
  replyLost: { at: ['reply'], label: 'The answer is lost' },
  badCheck: { at: ['reply'], label: 'The answer arrives damaged' },
  noise: { at: ['reply'], label: 'Stray bytes on the line' },
  generalError: { at: ['command'], label: 'General error (EF)' },
  batteryLow: { at: ['command'], label: 'Battery low (E0)' },
  authenticationNeeded: { at: ['command'], label: 'Authentication needed (EC)' },
  clearDigits: { at: ['key'], label: 'A manipulated pad: the digit is told in clear' },
  powerCut: { at: ['key', 'enter', 'block'], label: 'The power goes' },
} as const;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('press'), key: z.enum(Object.keys(KEYS) as [string, ...string[]]) }),
  /** Opens the case: all keys are gone. */
  z.strictObject({ do: z.literal('tamper') }),
  /** The custodians come and load the keys again. */
  z.strictObject({ do: z.literal('loadKeys') }),
]);
type Hand = z.infer<typeof hands>;

interface Entry {
  readonly keyIndex: string;
  readonly format: PinBlockFormat;
  readonly pan: string;
  readonly lengthMax: number;
  /** In clear, here and nowhere else. */
  digits: string;
  isHeld: boolean;
}

/** An SZZT ZT588 that really enciphers. [scanners-pinpads-misc §2.1, §2.7] */
export const createZtSimulator: CreateSimulator<ZtSimulatorOptions> = (environment, options) => new ZtSimulator(environment, options);

class ZtSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #reader = new HostReader();
  readonly #custodianKeys: Readonly<Record<string, PadKey>>;
  readonly #hasKeyBlocks: boolean;
  #keys: KeyStore;
  #heardCount = 0;
  #entry: Entry | null = null;
  #blockCount = 0;
  #isInputOn = false;
  #isSoundOn = false;
  #challenge: Buffer | null = null;
  #failedAuthenticationCount = 0;
  #settings = { timeLimitS: 30, mask: 0x2a, lengthMin: 4, lengthMax: 12 };
  #scanTable = Buffer.from('3132331B34353608373839072E30230D4143454742444648', 'hex').toString('hex').toUpperCase();
  #userText = ' '.repeat(50);

  constructor(environment: SimulatorEnvironment, options: ZtSimulatorOptions) {
    super({ protocol: 'szzt-zt588', environment, faults: FAULTS, hands });
    this.#custodianKeys = options.keys ?? SAMPLE_KEYS;
    this.#hasKeyBlocks = options.hasKeyBlocks ?? true;
    this.#keys = new KeyStore(this.#custodianKeys);
  }

  protected override hear(chunk: Uint8Array): void {
    const texts = this.#reader.push(chunk);
    const heard = ++this.#heardCount;
    this.afterProtocolMs(GAP_MS, () => {
      if (heard === this.#heardCount) this.#reader.forget();
    });
    for (const text of texts) this.#take(text);
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { timeLimitS, lengthMin, lengthMax } = this.#settings;
    return {
      keys: this.#keys.rows().map((row) => ({ ...row })), isInputOn: this.#isInputOn, isSoundOn: this.#isSoundOn, timeLimitS, lengthMin, lengthMax, blockCount: this.#blockCount,
      entry: this.#entry === null ? null : { keyIndex: this.#entry.keyIndex, format: this.#entry.format, digitCount: this.#entry.digits.length, isHeld: this.#entry.isHeld },
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'press') return this.#press(hand.key);
    if (hand.do === 'tamper') {
      this.#keys.erase();
      this.#entry = null;
      this.tell('tampered', {});
    } else {
      this.#keys = new KeyStore(this.#custodianKeys);
      this.tell('keysLoaded', {});
    }
    return ok(null);
  }

  protected override onPowerOff(): void {
    this.#entry = null;
    this.#isInputOn = false;
    this.#challenge = null;
    this.#reader.forget();
  }

  // ——— keys

  #press(key: string): Result<Json, ControlError> {
    if (!this.isAlive) return err({ code: 'notNow', detail: 'the pad has no power' });
    const entry = this.#entry;
    if (entry === null || entry.isHeld) {
      if (this.#isInputOn) this.write([KEYS[key]!]);
      return ok({ isEntry: false });
    }
    if (key === 'enter') this.#enter(entry);
    else if (key === 'cancel') this.#endEntry(0x1b);
    else if (key === 'clear') {
      entry.digits = '';
      this.write([0x08]);
    } else for (const digit of key) this.#digit(entry, digit);
    return ok({ isEntry: true });
  }

  #digit(entry: Entry, digit: string): void {
    if (this.#isCut('key')) return;
    if (entry.digits.length >= entry.lengthMax) return;
    entry.digits += digit;
    this.tell('digitPressed', {});
    this.write([this.struck('clearDigits', 'key') ? KEYS[digit]! : this.#settings.mask]);
  }

  #enter(entry: Entry): void {
    if (entry.digits.length < this.#settings.lengthMin) return;
    if (this.#isCut('enter')) return;
    entry.isHeld = true;
    this.tell('pinEntered', { digitCount: entry.digits.length });
    this.write([0x0d]);
  }

  #endEntry(code: number): void {
    this.#entry = null;
    this.tell('entryEnded', {});
    this.write([code]);
  }

  // ——— commands

  #take(text: string): void {
    if (this.struck('silence', 'command')) return;
    const answer = this.struck('generalError', 'command') ? STATUS.general : this.struck('batteryLow', 'command') ? 0xe0 : this.struck('authenticationNeeded', 'command') ? STATUS.authentication : this.#execute(text);
    this.after(ANSWER_MS, () => this.#answer(typeof answer === 'number' ? String.fromCharCode(answer) : `0${answer}`));
  }

  #answer(text: string): void {
    if (this.struck('replyLost', 'reply')) return;
    if (this.struck('noise', 'reply')) this.write([0x02, 0x55, 0x00]);
    const frame = buildFrame(text);
    if (this.struck('badCheck', 'reply')) frame[frame.length - 1]! ^= 0x01;
    this.write(frame);
  }

  /** @returns payload of a positive answer, or the status of a refusal */
  #execute(text: string): string | number {
    const rest = text.slice(1);
    switch (text[0]) {
      case '1':
        return STATUS.authentication; // clear keys only at the custodians' own device
      case '2':
        return this.#loadKey(rest);
      case '3':
        return this.#query(rest);
      case '4':
        if (!/^[0-9A-F]{48}$/.test(rest)) return 0xe8;
        this.#scanTable = rest;
        return '';
      case '5':
        return this.#control(rest);
      case '6':
        return this.#startPin(rest);
      case '7':
        return rest === '' ? this.#getPin() : 0xe8;
      case '8':
        return this.#hasKeyBlocks ? this.#loadBlock(rest) : 0xeb;
      case ':':
        return this.#authenticate(rest);
      default:
        return 0xeb;
    }
  }

  #query(text: string): string | number {
    if (text.length === 50) this.#userText = text;
    else if (text !== '') return 0xe8;
    const { timeLimitS, mask, lengthMin, lengthMax } = this.#settings;
    const flags = (this.#keys.isBlank ? 1 : 0) | (this.#isInputOn ? 2 : 0) | (this.#isSoundOn ? 4 : 0);
    const settings = [flags, 0, timeLimitS, mask, lengthMin, lengthMax, 0x33, 0x37, 5, 0].map((value) => value.toString(16).toUpperCase().padStart(2, '0')).join('');
    return `${this.#userText}${this.#scanTable}${settings}00000000ZT588 1.02.120260001`;
  }

  #control(text: string): string | number {
    const parameter = text[0];
    const value = Number.parseInt(text.slice(1), 16);
    if (!/^.[0-9A-F]{2}$/.test(text)) return 0xe8;
    if (parameter === '2') this.#settings.timeLimitS = value;
    else if (parameter === '3') this.#settings.mask = value;
    else if (parameter === '4' && value >= 4 && value <= 12) this.#settings.lengthMin = value;
    else if (parameter === '5' && value >= 4 && value <= 12) this.#settings.lengthMax = value;
    else if (parameter === '0') return this.#miscellaneous(String.fromCharCode(value));
    else if (parameter !== '6' && parameter !== '8') return 0xeb;
    return '';
  }

  #miscellaneous(value: string): string | number {
    if (value === '1') this.#keys.erase();
    else if (value === '2') {
      this.#isInputOn = false;
      this.#entry = null;
    } else if (value === '3') this.#isInputOn = true;
    else if (value === '4' || value === '5') this.#isSoundOn = value === '5';
    else if (value !== '0' && value !== '=') return 0xeb;
    return '';
  }

  #loadKey(text: string): string | number {
    const missing = this.#keys.missing();
    if (missing !== null) return missing;
    const erase = /^00([0-9A-F]{2})00$/.exec(text);
    if (erase !== null) return this.#keys.eraseOne(erase[1]!) ? '' : STATUS.notFound;
    const load = /^([0-9A-F]{2})([0-9A-F]{2})(\d)([123])((?:[0-9A-F]{16}){1,3})$/.exec(text);
    if (load === null || load[5]!.length !== Number(load[4]) * 16) return 0xe8;
    return this.#keys.loadUnder(load[1]!, load[2]!, load[3]!, load[5]!);
  }

  #loadBlock(text: string): string | number {
    const missing = this.#keys.missing();
    if (missing !== null) return missing;
    const load = /^([0-9A-F]{2})([0-9A-F]{2})(.*)$/.exec(text);
    const ksnLength = load === null ? Number.NaN : Number.parseInt(load[2]!, 16);
    if (load === null || ![0, 20, 24].includes(ksnLength)) return 0xe8;
    return this.#keys.loadBlock(load[1]!, load[3]!.slice(ksnLength), load[3]!.slice(0, ksnLength));
  }

  #startPin(text: string): string | number {
    const missing = this.#keys.missing();
    if (missing !== null) return missing;
    const start = /^([0-9A-F]{2})(.)(.)(\d{2})(\d{0,19})$/.exec(text);
    const format = start === null ? undefined : FORMATS[start[2]!];
    // '@' would give the digits in clear: no pad in the field may have it on.
    if (start === null || format === undefined || (format === 4 && !this.#hasKeyBlocks)) return 0xeb;
    const lengthMax = Number(start[4]);
    if (lengthMax < 4 || lengthMax > 12 || (format !== 1 && start[5]!.length < 12)) return STATUS.data;
    const refused: Refused | null = this.#keys.fits(start[1]!, format);
    if (refused !== null) return refused;
    // Twelve digits are those that enter the block; the check digit behind them is of no matter.
    const pan = format === 4 || start[5]!.length !== 12 ? start[5]! : `${start[5]!}0`;
    const entry: Entry = { keyIndex: start[1]!, format, pan, lengthMax, digits: '', isHeld: false };
    this.#entry = entry;
    this.tell('entryStarted', { format });
    this.afterProtocolMs(this.#settings.timeLimitS * 1_000, () => {
      if (this.#entry === entry && !entry.isHeld) this.#endEntry(0x80);
    });
    return '';
  }

  #getPin(): string | number {
    const entry = this.#entry;
    if (entry?.isHeld !== true) return STATUS.data;
    this.#entry = null;
    const made = this.#keys.encipher(entry.keyIndex, entry.format, entry.digits, entry.pan, this.environment.random);
    if (typeof made === 'number') return made;
    this.#blockCount++;
    this.tell('blockMade', {});
    if (this.#isCut('block')) return STATUS.general;
    return `00${String(entry.digits.length).padStart(2, '0')}${made.block}${made.ksn === null ? '' : `K${made.ksn}`}`;
  }

  #authenticate(text: string): string | number {
    const asked = /^([0-9A-F]{2})([0-9A-F]{16})$/.exec(text);
    if (asked === null) return 0xe8;
    if (this.#failedAuthenticationCount >= AUTHENTICATIONS_MAX) return STATUS.locked;
    if (asked[1] === 'A0') {
      this.#challenge = Buffer.from(this.environment.random.bytes(8));
      return this.#challenge.toString('hex').toUpperCase();
    }
    const missing = this.#keys.missing();
    if (missing !== null || this.#challenge === null) return missing ?? STATUS.authentication;
    const isRight = timingSafeEqual(Buffer.from(asked[2]!, 'hex'), this.#keys.masterCipher().encrypt(this.#challenge));
    this.#challenge = null;
    this.#failedAuthenticationCount = isRight ? 0 : this.#failedAuthenticationCount + 1;
    return isRight ? '0'.repeat(16) : STATUS.authentication;
  }

  #isCut(at: string): boolean {
    if (!this.struck('powerCut', at)) return false;
    this.powerOff();
    return true;
  }
}
