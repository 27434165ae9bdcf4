import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';
import type { PinBlockFormat } from '../crypto/pin-block.ts';
import type { StoredKey } from './key-store.ts';
import { KeyStore } from './key-store.ts';

export interface XfsPinPadSimulatorOptions {
  /** What the custodians loaded, by name; the sample's keys when left out. */
  readonly keys?: Readonly<Record<string, StoredKey>>;
  /** SetPinBlockData has to come before the PIN. */
  readonly needsDataFirst?: boolean;
  /** Only these formats; all four when left out. */
  readonly formats?: readonly (keyof typeof FORMATS)[];
}

/** Invented keys of the sample pad. */
const SAMPLE_KEYS: Readonly<Record<string, StoredKey>> = {
  MasterKey: { usage: 'K0', algorithm: 'T', key: Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex') },
  PinKey: { usage: 'P0', algorithm: 'T', key: Buffer.from('1123581321345589FEDCBA9876543210', 'hex') },
};
const FORMATS = { iso0: 0, iso1: 1, iso3: 3, iso4: 4 } as const satisfies Readonly<Record<string, PinBlockFormat>>;
const DIGITS: Readonly<Record<string, string>> = { '0': 'zero', '1': 'one', '2': 'two', '3': 'three', '4': 'four', '5': 'five', '6': 'six', '7': 'seven', '8': 'eight', '9': 'nine' };
const ANSWER_MS = 20;

const FAULTS = {
  ...SERVICE_FAULTS,
  clearDigits: { at: ['key'], label: 'A manipulated pad: the digit is told' },
  shortEntry: { at: ['enter'], label: 'The enter key is taken before there are enough digits' },
  badBlock: { at: ['block'], label: 'The block has half its length' },
  powerCut: { at: ['key', 'enter', 'block', 'import'], label: 'The power goes' },
} as const;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('press'), key: z.enum(['enter', 'cancel', 'clear', ...Object.keys(DIGITS)]) }),
  /** Opens the case: all keys are gone. */
  z.strictObject({ do: z.literal('tamper') }),
  /** The custodians come and load the first keys again. */
  z.strictObject({ do: z.literal('loadKeys') }),
]);
type Hand = z.infer<typeof hands>;

interface Entry {
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly activeKeys: Readonly<Record<string, unknown>>;
  readonly respond: (answer: Answer) => void;
  readonly event: (name: string, payload?: object) => void;
}

/** An encrypting pad behind an XFS4IoT service; it really enciphers. [xfs4iot §10, scanners-pinpads-misc §2.3 to §2.6] */
export const createXfsPinPadSimulator: CreateSimulator<XfsPinPadSimulatorOptions> = (environment, options) => new XfsPinPadSimulator(environment, options);

class XfsPinPadSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #options: XfsPinPadSimulatorOptions;
  #keys: KeyStore;
  #entry: Entry | null = null;
  /** In clear, here and nowhere else. */
  #digits = '';
  #isHeld = false;
  /** What SetPinBlockData said. */
  #blockData: string | null = null;
  #blockCount = 0;

  constructor(environment: SimulatorEnvironment, options: XfsPinPadSimulatorOptions) {
    super({ protocol: 'xfs4iot-pin-pad', environment, faults: FAULTS, hands });
    this.#options = options;
    this.#keys = new KeyStore(options.keys ?? SAMPLE_KEYS);
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { keys: this.#keys.rows().map((row) => ({ ...row })), isEntering: this.#entry !== null, digitCount: this.#digits.length, isHeld: this.#isHeld, blockCount: this.#blockCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'press') return this.#press(hand.key);
    if (hand.do === 'tamper') {
      this.#keys.erase();
      this.#forget();
      this.tell('tampered', {});
    } else {
      this.#keys = new KeyStore(this.#options.keys ?? SAMPLE_KEYS);
      this.tell('keysLoaded', {});
    }
    this.statusChanged();
    return ok(null);
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#entry = null;
    this.#forget();
  }

  /** Cut power took the connection with it. */
  protected override onPowerOn(): void {
    this.plug();
  }

  protected override status(): object {
    const encryptionState = this.#keys.isEmpty ? 'notInitialized' : this.#keys.hasPinKey ? 'ready' : 'initialized';
    return { keyManagement: { encryptionState, certificateState: 'unknown' }, keyboard: { autoBeepMode: { activeAvailable: false } } };
  }

  protected override capabilities(): object {
    return {
      keyboard: { autoBeep: null },
      pinPad: { pinFormats: Object.fromEntries(Object.keys(FORMATS).map((format) => [format, this.#hasFormat(format)])), pinCanPersistAfterUse: false, setPinblockDataRequired: this.#options.needsDataFirst ?? false },
      keyManagement: { keyNum: 32, keyBlockImportFormats: { A: false, B: true, C: false, D: true }, symmetricKeyManagementMethods: { fixedKey: true, masterKey: true, tdesDukpt: true }, keyAttributes: { P0: { T: { E: {} }, A: { E: {} } }, B1: { T: { X: {} }, A: { X: {} } }, K0: { T: { D: {} }, A: { D: {} } } } },
    };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      'Keyboard.PinEntry': (payload, respond, event) => this.#startEntry(payload, respond, event),
      'PinPad.GetPinBlock': (payload, respond, event) => this.#giveBlock(payload, respond, event),
      'PinPad.SetPinBlockData': (payload, respond) => {
        this.#blockData = JSON.stringify(payload);
        respond({});
      },
      'PinPad.MaintainPin': ({ maintainPIN }, respond) => {
        if (maintainPIN === false) this.#forget();
        respond({});
      },
      'PinPad.Reset': (_, respond) => {
        this.#forget();
        respond({});
      },
      'KeyManagement.GetKeyDetail': (_, respond) => respond({ payload: { keyDetails: Object.fromEntries(this.#keys.rows().map(({ name, usage, algorithm }) => [name, { loaded: 'yes', keyBlockInfo: { keyUsage: usage, algorithm } }])) } }),
      'KeyManagement.ImportKey': (payload, respond) => this.#import(payload, respond),
    };
  }

  // ——— entry

  #startEntry(payload: Readonly<Record<string, unknown>>, respond: Entry['respond'], event: Entry['event']): ReturnType<Handler> {
    const { minLen, maxLen, activeKeys } = payload;
    this.#forget({ keepsData: true });
    if (typeof activeKeys !== 'object' || activeKeys === null || typeof minLen !== 'number' || typeof maxLen !== 'number') return respond({ completionCode: 'invalidData' });
    if (!Object.values(activeKeys).some((key) => (key as { readonly terminate?: unknown }).terminate === true)) return refuse(respond, 'noTerminatekeys');
    if (this.#options.needsDataFirst === true && this.#blockData === null) return respond({ completionCode: 'sequenceError' });
    const entry: Entry = { lengthMin: minLen, lengthMax: maxLen, activeKeys: activeKeys as Entry['activeKeys'], respond, event };
    this.#entry = entry;
    event('Keyboard.EnterDataEvent');
    // What was entered stays in the pad. [xfs4iot §10]
    return (completionCode) => this.#endEntry(entry, { completionCode });
  }

  #press(key: string): Result<Json, ControlError> {
    const entry = this.#entry;
    if (!this.isAlive) return err({ code: 'notNow', detail: 'the pad has no power' });
    const name = DIGITS[key] ?? key;
    if (entry === null || entry.activeKeys[name] === undefined) return ok({ isEntry: false });
    if (key === 'enter') this.#enter(entry);
    else if (key === 'cancel') {
      entry.event('Keyboard.KeyEvent', { completion: 'cancel', digit: 'cancel' });
      this.#endEntry(entry, { payload: { digits: this.#digits.length, completion: 'cancel' } });
    } else if (key === 'clear') {
      this.#digits = '';
      entry.event('Keyboard.KeyEvent', { completion: 'clear', digit: 'clear' });
    } else this.#digit(entry, key);
    return ok({ isEntry: true });
  }

  #digit(entry: Entry, digit: string): void {
    if (this.#isCut('key') || this.#digits.length >= entry.lengthMax) return;
    this.#digits += digit;
    this.tell('digitPressed', {});
    entry.event('Keyboard.KeyEvent', { completion: 'continue', ...(this.struck('clearDigits', 'key') ? { digit: DIGITS[digit] } : {}) });
  }

  #enter(entry: Entry): void {
    if (this.#digits.length < entry.lengthMin && !this.struck('shortEntry', 'enter')) return;
    if (this.#isCut('enter')) return;
    this.#isHeld = true;
    this.tell('pinEntered', { digitCount: this.#digits.length });
    entry.event('Keyboard.KeyEvent', { completion: 'enter', digit: 'enter' });
    this.#endEntry(entry, { payload: { digits: this.#digits.length, completion: 'enter' } });
  }

  #endEntry(entry: Entry, answer: Answer): void {
    if (this.#entry !== entry) return;
    this.#entry = null;
    entry.respond(answer);
  }

  #forget({ keepsData = false }: { readonly keepsData?: boolean } = {}): void {
    this.#digits = '';
    this.#isHeld = false;
    if (!keepsData) this.#blockData = null;
  }

  // ——— block and keys

  #giveBlock(payload: Readonly<Record<string, unknown>>, respond: Entry['respond'], event: Entry['event']): void {
    const { customerData, key } = payload;
    const format = FORMATS[payload['format'] as keyof typeof FORMATS] as PinBlockFormat | undefined;
    const pin = this.#digits;
    const wasHeld = this.#isHeld;
    const saidBefore = this.#blockData;
    this.#forget();
    if (this.#keys.isEmpty) return refuse(respond, 'accessDenied');
    if (!wasHeld) return refuse(respond, 'noPin');
    if (format === undefined || !this.#hasFormat(String(payload['format']))) return refuse(respond, 'formatNotSupported');
    if (this.#options.needsDataFirst === true && saidBefore !== JSON.stringify(payload)) return respond({ completionCode: 'invalidData' });
    if (typeof customerData !== 'string' || typeof key !== 'string' || !/^\d{10,19}$/.test(customerData)) return respond({ completionCode: 'invalidData' });
    // The check digit, which formats 0 and 3 do not have, is of no matter.
    const made = this.#keys.encipher(key, format, pin, format === 4 ? customerData : `${customerData}0`, this.environment.random);
    if (typeof made === 'string') return refuse(respond, made);
    this.#blockCount++;
    this.tell('blockMade', {});
    if (this.#isCut('block')) return;
    const block = this.struck('badBlock', 'block') ? made.block.subarray(0, made.block.length / 2) : made.block;
    this.after(ANSWER_MS, () => {
      if (made.ksn !== null) event('KeyManagement.DUKPTKSNEvent', { key, ksn: made.ksn.toString('base64') });
      respond({ payload: { pinBlock: block.toString('base64') } });
    });
  }

  #hasFormat(format: string): boolean {
    const formats: readonly string[] = this.#options.formats ?? Object.keys(FORMATS);
    return formats.includes(format);
  }

  #import(payload: Readonly<Record<string, unknown>>, respond: Entry['respond']): void {
    const { key, keyAttributes, value, decryptKey, decryptMethod } = payload as { readonly [name: string]: unknown };
    const attributes = keyAttributes as Readonly<Record<string, unknown>> | undefined;
    if (typeof key !== 'string' || typeof value !== 'string' || typeof attributes !== 'object') return respond({ completionCode: 'invalidData' });
    // A clear key is never taken.
    if (typeof decryptKey !== 'string') return refuse(respond, 'accessDenied');
    const bytes = Buffer.from(value, 'base64');
    const loaded = decryptMethod === undefined ? this.#keys.loadBlock(key, attributes, bytes.toString('latin1'), decryptKey) : this.#keys.loadUnder(key, String(attributes['keyUsage']), bytes, decryptKey);
    if (typeof loaded === 'string') return refuse(respond, loaded);
    this.tell('keyLoaded', { key });
    if (this.#isCut('import')) return;
    this.after(ANSWER_MS, () => {
      respond({ payload: { verificationData: loaded.toString('base64'), verifyAttributes: { keyUsage: '00', algorithm: String(attributes['algorithm']), modeOfUse: 'V', cryptoMethod: 'kcvZero' } } });
      this.statusChanged();
    });
  }

  #isCut(at: string): boolean {
    if (!this.struck('powerCut', at)) return false;
    this.powerOff();
    this.unplug();
    return true;
  }
}

function refuse(respond: Entry['respond'], errorCode: string): void {
  respond({ completionCode: 'commandErrorCode', payload: { errorCode } });
}
