import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { entryProblem } from '../../interfaces/pin-entry.ts';
import type { EncryptionState, KeyImport, PinBlock, PinEntry, PinEntryRequest, PinFormat, PinPad, PinPadCapabilities, PinPadEvent } from '../../interfaces/pin-pad.ts';
import type { Occasion } from '../../life/line-device.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsEvent, XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';
import type { PadAbilities } from './messages.ts';
import { NO_ABILITIES, abilitiesOf, encryptionStateOf, enteredSchema, importPayload, keyOf, keySerialNumberOf, loadedKeysOf, pinBlockPayload, pinEntryPayload } from './messages.ts';

/** An entry longer than this is nobody's. */
const ENTRY_TIMEOUT_MS_MAX = 120_000;
/** The service's own end of an entry comes first. */
const ENTRY_MARGIN_MS = 5_000;
const NEEDED = ['Keyboard.PinEntry', 'PinPad.GetPinBlock'];
const BLOCK_BYTES: Readonly<Record<PinFormat, number>> = { iso0: 8, iso1: 8, iso3: 8, iso4: 16 };
const TRANSACTION_DIGITS = 10;

export interface XfsPinPadOptions extends XfsDeviceOptions {
  /** Name of the key in the service, by the name that the core uses; `master` and `masterAes` open key blocks of versions B and D. */
  readonly keys: Readonly<Record<string, string>>;
}

interface HeldPin {
  readonly format: PinFormat;
  readonly keyName: string;
  /** Input of GetPinBlock. */
  readonly ask: () => Payload;
}

interface Entry {
  digitCount: number;
  isClearDigit: boolean;
  /** The pad lost its keys meanwhile: nobody goes on typing into it. */
  isKeyless: boolean;
}

/** An encrypting pad behind Keyboard, PinPad and KeyManagement of one service. */
export function createXfsPinPad(options: XfsPinPadOptions): PinPad {
  return new XfsPinPad(options);
}

class XfsPinPad extends XfsDevice implements PinPad {
  readonly #keys: Readonly<Record<string, string>>;
  readonly #listeners = new Set<(event: PinPadEvent) => void>();
  #abilities: PadAbilities = NO_ABILITIES;
  #state: EncryptionState = 'unknown';
  #loadedKeys: ReadonlySet<string> | null = null;
  #entry: Entry | null = null;
  #isCancelAsked = false;
  /** The pad holds a PIN for this. */
  #held: HeldPin | null = null;

  constructor(options: XfsPinPadOptions) {
    super(options, { deviceClass: 'pinPad', protocol: 'xfs4iot-pin-pad', interfaceNames: ['PinPad'], offlineCode: 'PIN_OFFLINE', failureCode: 'PIN_FAILURE', logArea: 'pin' });
    this.#keys = options.keys;
  }

  /** As the service told when the connection was made; no format before that. */
  get capabilities(): PinPadCapabilities {
    return this.#abilities.capabilities;
  }

  encryptionState(): EncryptionState {
    return this.#state;
  }

  onEvent(listener: (event: PinPadEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async enterPin(request: PinEntryRequest): Promise<DeviceOutcome<PinEntry>> {
    const key = this.#keys[request.keyName];
    const { pan, format } = request;
    if (key === undefined) return invalid('no such key is configured');
    const problem = entryProblem(request, this.capabilities);
    if (problem !== null) return invalid(problem);
    this.#isCancelAsked = false;
    return this.run<PinEntry>(async () => {
      if (this.faults.includes('PIN_CLEAR_DIGIT')) return NOT_TRUSTED;
      if (!this.capabilities[format]) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: `format ${format}` };
      // A customer is not asked for what no key can encipher.
      if (this.#loadedKeys !== null && !this.#loadedKeys.has(key)) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: 'PIN_KEYS_MISSING', detail: 'the key is not loaded' };
      const transactionDigits = String(this.clock.nowUtcMs()).slice(-TRANSACTION_DIGITS);
      this.#held = null;
      this.engage();
      const outcome = await this.#enter(request, { format, keyName: request.keyName, ask: () => pinBlockPayload({ format, key, pan: pan.reveal(), transactionDigits }) });
      this.settle('PIN entry');
      return outcome;
    });
  }

  cancelEntry(): void {
    this.#isCancelAsked = true;
    if (this.#entry !== null) void this.service.cancel('Keyboard.PinEntry');
  }

  async pinBlock(): Promise<DeviceOutcome<PinBlock>> {
    return this.run<PinBlock>(async () => {
      const held = this.#held;
      if (held === null) return { kind: 'failed', completionCode: 'sequenceError', detail: 'no PIN is held' };
      // Once, whatever comes: a block is never made twice from one entry.
      this.#held = null;
      const reply = await this.service.command('PinPad.GetPinBlock', held.ask());
      this.settle('PIN block');
      if (reply.kind === 'done') return this.#blockOf(held, reply);
      if (reply.kind === 'silence') {
        this.lineLost();
        return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'pinBlockUnanswered' } };
      }
      return reply.kind === 'failed' && reply.errorCode === 'noPin' ? { kind: 'failed', completionCode: 'sequenceError', detail: 'the pad holds no PIN' } : this.#refusedBy(reply);
    });
  }

  async importKey(request: KeyImport): Promise<DeviceOutcome<{ readonly checkValue: Uint8Array }>> {
    const payload = importPayload(request, (name) => this.#keys[name]);
    if (typeof payload === 'string') return invalid(payload);
    return this.run<{ readonly checkValue: Uint8Array }>(async () => {
      if (request.kind === 'keyBlock' && !this.capabilities.keyBlocks) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'this pad takes no key blocks of version B or D' };
      const reply = await this.service.command('KeyManagement.ImportKey', payload);
      if (reply.kind === 'silence') this.lineLost();
      if (reply.kind === 'silence' || (reply.kind === 'failed' && CAN_HAVE_LOADED.includes(reply.completionCode))) return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'keyImportUnanswered' } };
      if (reply.kind !== 'done') return this.#refusedBy(reply);
      await this.#readKeys();
      this.bringUpAgain(); // what the pad can do now is asked of it
      const { verificationData } = reply.payload;
      return { kind: 'completed', value: { checkValue: new Uint8Array(Buffer.from(typeof verificationData === 'string' ? verificationData : '', 'base64')) } };
    });
  }

  protected override async prepare({ isReset }: Occasion): Promise<boolean> {
    this.#held = null;
    const missing = NEEDED.filter((name) => !this.service.has(name));
    if (missing.length > 0) {
      this.record('LNK_PROTOCOL', `the service does not offer ${missing.join(', ')} in a version that we speak`);
      return false;
    }
    this.#abilities = abilitiesOf(this.service.capabilities);
    if (isReset && this.service.has('PinPad.Reset')) await this.service.command('PinPad.Reset');
    // A PIN that an earlier connection left is nobody's.
    return (await this.#forgetPin()) && (await this.#readKeys());
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    const before = this.#state;
    this.#state = encryptionStateOf(status);
    if (this.#state === 'notInitialised' && before !== 'notInitialised') this.#tell({ kind: 'keysMissing' });
    return this.#state === 'notInitialised' ? ['PIN_KEYS_MISSING'] : [];
  }

  protected override hear({ name, payload }: XfsEvent): void {
    const isKeyless = name === 'KeyManagement.InitializedEvent' || (name === 'Common.StatusChangedEvent' && encryptionStateOf(payload) === 'notInitialised');
    if (isKeyless && this.#entry !== null && !this.#entry.isKeyless) {
      this.#entry.isKeyless = true;
      void this.service.cancel('Keyboard.PinEntry');
    }
    if (name === 'KeyManagement.InitializedEvent') this.bringUpAgain(); // all keys were erased
    else if (name === 'KeyManagement.IllegalKeyAccessEvent') this.record('PIN_FAILURE', 'the service tells of an illegal use of a key');
    else if (this.#entry !== null && name === 'Keyboard.EnterDataEvent') this.#tell({ kind: 'entryReady' });
    else if (this.#entry !== null && name === 'Keyboard.KeyEvent') this.#takeKey(this.#entry, payload);
  }

  protected override onDown(): void {
    this.#held = null;
    this.#state = 'unknown';
    this.#loadedKeys = null;
    this.#abilities = NO_ABILITIES;
  }

  async #enter(request: PinEntryRequest, held: HeldPin): Promise<DeviceOutcome<PinEntry>> {
    if (this.#abilities.needsDataFirst) {
      const set = await this.service.command('PinPad.SetPinBlockData', held.ask());
      if (set.kind !== 'done') return this.#refusedBy(set);
    }
    if (this.#isCancelAsked) return { kind: 'completed', value: { completion: 'cancel', digitCount: 0 } };
    const entry: Entry = { digitCount: 0, isClearDigit: false, isKeyless: false };
    this.#entry = entry;
    const timeoutMs = Math.min(request.timeoutMs, ENTRY_TIMEOUT_MS_MAX);
    const reply = await this.service.command('Keyboard.PinEntry', pinEntryPayload(request.lengthMin, request.lengthMax), { timeoutMs, patienceMs: timeoutMs + ENTRY_MARGIN_MS });
    this.#entry = null;
    const outcome = this.#entryOutcome(reply, entry, request);
    if (outcome.kind === 'completed' && outcome.value.completion === 'enter') this.#held = held;
    else if (reply.kind !== 'silence' && !(await this.#forgetPin())) this.lineLost();
    return outcome;
  }

  #entryOutcome(reply: XfsReply, entry: Entry, { lengthMin }: PinEntryRequest): DeviceOutcome<PinEntry> {
    const told = reply.kind === 'done' ? enteredSchema.safeParse(reply.payload).data : undefined;
    if (entry.isClearDigit || told?.keys !== undefined || told?.pinKeys !== undefined) {
      this.latch('PIN_CLEAR_DIGIT', 'a digit was told in clear');
      return { kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT' };
    }
    if (entry.isKeyless && reply.kind !== 'silence') return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: 'PIN_KEYS_MISSING', detail: 'the pad lost its keys during the entry' };
    if (reply.kind === 'failed' && (reply.completionCode === 'timeOut' || reply.errorCode === 'entryTimeout')) return ended('timeOut', entry.digitCount);
    if (reply.kind === 'failed' && reply.completionCode === 'canceled') return ended('cancel', entry.digitCount);
    if (reply.kind !== 'done') return this.#refusedBy(reply);
    if (told?.completion === 'cancel') return ended('cancel', entry.digitCount);
    if (told?.completion !== 'enter' && told?.completion !== 'auto') return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the entry ended in an unknown way' };
    // Some keypads cannot refuse the enter key before there are enough digits. [xfs4iot §10]
    return told.digits < lengthMin ? { kind: 'failed', completionCode: 'userError', detail: 'fewer digits than asked for' } : ended('enter', told.digits);
  }

  #takeKey(entry: Entry, payload: Payload): void {
    const key = keyOf(payload);
    if (key === 'clearDigit') {
      // A pad that tells digits is not what it should be: nothing of it is kept, and it is not trusted again.
      entry.isClearDigit = true;
      void this.service.cancel('Keyboard.PinEntry');
    } else if (key !== null) {
      entry.digitCount = key === 'digit' ? entry.digitCount + 1 : key === 'clear' ? 0 : entry.digitCount;
      this.#tell({ kind: 'keyPressed', key });
    }
  }

  #blockOf(held: HeldPin, { payload, events }: Extract<XfsReply, { kind: 'done' }>): DeviceOutcome<PinBlock> {
    const { format, keyName } = held;
    const block = Buffer.from(typeof payload['pinBlock'] === 'string' ? payload['pinBlock'] : '', 'base64');
    if (block.length === BLOCK_BYTES[format]) return { kind: 'completed', value: { format, keyName, block: new Uint8Array(block), keySerialNumber: keySerialNumberOf(events) } };
    this.record('LNK_PROTOCOL', 'a PIN block of another length');
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'pinBlockUnreadable' } };
  }

  /** @returns false: no answer */
  async #readKeys(): Promise<boolean> {
    const told = await this.service.command('KeyManagement.GetKeyDetail', {});
    this.#loadedKeys = told.kind === 'done' ? loadedKeysOf(told.payload) : null;
    return told.kind !== 'silence';
  }

  /** A cancel leaves the PIN in the pad. [xfs4iot §10] @returns false: no answer */
  async #forgetPin(): Promise<boolean> {
    return (await this.service.command('PinPad.MaintainPin', { maintainPIN: false })).kind !== 'silence';
  }

  #refusedBy(reply: Exclude<XfsReply, { kind: 'done' }>): DeviceOutcome<never> {
    const errorCode: ErrorCode | undefined = reply.kind !== 'failed' ? 'PIN_OFFLINE' : reply.errorCode !== null && NO_KEY.includes(reply.errorCode) ? 'PIN_KEYS_MISSING' : undefined;
    return this.failedBy(reply, errorCode);
  }

  #tell(event: PinPadEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** A pad that told a digit takes no other PIN before a person has looked. */
const NOT_TRUSTED = { kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT', detail: 'a digit was told in clear before' } as const satisfies DeviceOutcome<never>;
/** The module has no keys, or not this one. */
const NO_KEY: readonly string[] = ['accessDenied', 'keyNotFound', 'keyNoValue'];
/** What does not say that nothing was stored. */
const CAN_HAVE_LOADED: readonly string[] = ['timeOut', 'canceled', 'hardwareError', 'internalError'];

function ended(completion: PinEntry['completion'], digitCount: number): DeviceOutcome<PinEntry> {
  return { kind: 'completed', value: { completion, digitCount } };
}

function invalid(detail: string): DeviceOutcome<never> {
  return { kind: 'failed', completionCode: 'invalidData', detail };
}
