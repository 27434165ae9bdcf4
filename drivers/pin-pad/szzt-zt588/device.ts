import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { entryProblem } from '../../interfaces/pin-entry.ts';
import type { EncryptionState, KeyImport, PinBlock, PinEntry, PinEntryRequest, PinFormat, PinPad, PinPadCapabilities, PinPadEvent } from '../../interfaces/pin-pad.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Answer, Command, PadSettings } from './codec.ts';
import { INPUT_TIMED_OUT, REFUSALS, SCAN_CODES } from './codec.ts';
import { Entry, MASK } from './entry.ts';
import { ZtLink } from './link.ts';

/** A query has 154 bytes, 160 ms at 9600: rarely enough to leave the line free, often enough to see a tamper. */
const POLL_INTERVAL_MS = 2_000;
const PIN_LENGTH_MIN = 4;
const PIN_LENGTH_MAX = 12;
/** The pad's own limit; longer waits of a caller end by it. [scanners-pinpads-misc §2.2: 30 s per entry] */
const ENTRY_TIMEOUT_S = 30;

/** What the pad's firmware offers beyond the sheet. See README, "Key block set". */
export type CommandSet = 'zt588' | 'keyBlocks';

export interface ZtPinPadOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly commandSet: CommandSet;
  /** Index in the pad, two hex digits, by the name that the core uses. */
  readonly keys: Readonly<Record<string, string>>;
}

/** SZZT ZT588. PIN digits and clear keys never cross its line, so they never exist here. */
export function createZtPinPad(options: ZtPinPadOptions): PinPad {
  return new ZtPinPad(options);
}

class ZtPinPad extends LineDevice implements PinPad {
  readonly capabilities: PinPadCapabilities;
  readonly #link: ZtLink;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #listeners = new Set<(event: PinPadEvent) => void>();
  #state: EncryptionState = 'unknown';
  #entry: Entry | null = null;
  /** The pad holds a PIN for this. */
  #held: { readonly format: PinFormat; readonly keyName: string } | null = null;

  constructor(options: ZtPinPadOptions) {
    const link = new ZtLink({ ...options, onKey: (code) => this.#entry?.take(code), onInterrupted: () => this.#entry?.end('interrupted') });
    super({ ...options, deviceClass: 'pinPad', protocol: 'szzt-zt588', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'PIN_OFFLINE', logArea: 'pin' });
    const hasKeyBlocks = options.commandSet === 'keyBlocks';
    this.capabilities = { pinLengthMin: PIN_LENGTH_MIN, pinLengthMax: PIN_LENGTH_MAX, iso0: true, iso1: true, iso3: true, iso4: hasKeyBlocks, dukpt: hasKeyBlocks, keyBlocks: hasKeyBlocks };
    this.#link = link;
    this.#keys = options.keys;
  }

  encryptionState(): EncryptionState {
    return this.#state;
  }

  onEvent(listener: (event: PinPadEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async enterPin(request: PinEntryRequest): Promise<DeviceOutcome<PinEntry>> {
    const keyIndex = this.#keys[request.keyName];
    if (keyIndex === undefined) return invalid('no such key is configured');
    if (!this.capabilities[request.format]) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: `format ${request.format}` };
    const problem = entryProblem(request, this.capabilities);
    if (problem !== null) return invalid(problem);
    return this.run<PinEntry>(async () => {
      this.#held = null;
      // A pad that told a digit takes no other PIN before a person has looked.
      if (this.faults.includes('PIN_CLEAR_DIGIT')) return { kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT', detail: 'a digit came unmasked before' };
      this.engage();
      const outcome = await this.#enter(request, keyIndex);
      this.settle('PIN entry');
      return outcome;
    });
  }

  cancelEntry(): void {
    this.#entry?.end('cancel');
  }

  async pinBlock(): Promise<DeviceOutcome<PinBlock>> {
    return this.run<PinBlock>(async () => {
      const held = this.#held;
      if (held === null) return { kind: 'failed', completionCode: 'sequenceError', detail: 'no PIN is held' };
      // Once, whatever comes: a block is never made twice from one entry.
      this.#held = null;
      const answer = await this.#ask({ verb: 'getPin' });
      if (answer?.kind === 'pinBlock') return { kind: 'completed', value: { ...held, block: answer.block, keySerialNumber: answer.keySerialNumber } };
      this.settle('PIN block');
      if (answer?.kind === 'refused') return this.#refused(answer.status);
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'pinBlockUnanswered' } };
    });
  }

  async importKey(request: KeyImport): Promise<DeviceOutcome<{ readonly checkValue: Uint8Array }>> {
    const command = this.#importCommand(request);
    if (typeof command === 'string') return invalid(command);
    return this.run<{ readonly checkValue: Uint8Array }>(async () => {
      const answer = await this.#ask(command);
      this.settle('key import');
      if (answer?.kind === 'checkValue') {
        this.bringUpAgain(); // what the pad can do now is asked of it
        return { kind: 'completed', value: { checkValue: answer.checkValue } };
      }
      if (answer?.kind === 'refused') return this.#refused(answer.status);
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'keyImportUnanswered' } };
    });
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    this.#held = null;
    if (isReset) await this.#ask({ verb: 'control', control: 'inputOff' });
    const steps: readonly Command[] = [
      { verb: 'query' },
      { verb: 'control', control: 'hexMode' },
      { verb: 'scanTable', codes: SCAN_CODES },
      { verb: 'control', control: 'soundOn' },
      { verb: 'control', control: 'timeLimitS', value: ENTRY_TIMEOUT_S },
      { verb: 'control', control: 'mask', value: MASK },
      { verb: 'control', control: 'lengthMin', value: PIN_LENGTH_MIN },
      { verb: 'control', control: 'lengthMax', value: PIN_LENGTH_MAX },
      { verb: 'control', control: 'inputOff' },
    ];
    for (const step of steps) if ((await this.#ask(step)) === null) return false;
    if (!(await this.poll())) return false;
    this.becomeReady('brought up');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    const answer = await this.#ask({ verb: 'query' });
    if (answer === null) return false;
    if (answer.kind === 'settings') this.#learn(answer.settings);
    this.settle('query');
    return true;
  }

  protected override onDown(): void {
    this.#held = null;
    this.#state = 'unknown';
  }

  #learn(settings: PadSettings): void {
    this.identified({ model: settings.model, firmware: settings.firmware, serialNumber: settings.serialNumber });
    // Without its master key the pad can do nothing; keys are never loaded again by themselves. [scanners-pinpads-misc §2.2]
    if (settings.isBlank) return this.#missKeys('the pad says that it has no master key');
    this.#state = 'ready';
    this.unlatch(['PIN_KEYS_MISSING']);
  }

  async #enter(request: PinEntryRequest, keyIndex: string): Promise<DeviceOutcome<PinEntry>> {
    for (const [control, value] of [['lengthMin', request.lengthMin], ['lengthMax', request.lengthMax]] as const) {
      const set = await this.#ask({ verb: 'control', control, value });
      if (set === null) return this.#notAnswering();
      if (set.kind === 'refused') return this.#refused(set.status);
    }
    const entry = new Entry({ clock: this.clock, timeoutMs: Math.min(request.timeoutMs, ENTRY_TIMEOUT_S * 1_000), onKey: (key) => this.#tell({ kind: 'keyPressed', key }) });
    this.#entry = entry;
    const started = await this.#ask({ verb: 'startPin', keyIndex, format: request.format, digits: request.lengthMax, pan: request.pan.reveal() });
    if (started?.kind === 'done') this.#tell({ kind: 'entryReady' });
    else entry.end('interrupted');
    const end = await entry.ended;
    this.#entry = null;
    if (started === null) return this.#notAnswering();
    if (started.kind === 'refused') return this.#refused(started.status);
    if (end === 'interrupted') return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'PIN_OFFLINE', detail: 'the line was lost during the entry' };
    if (end === 'enter') this.#held = { format: request.format, keyName: request.keyName };
    else await this.#ask({ verb: 'control', control: 'inputOff' });
    if (end !== 'clearDigit') return { kind: 'completed', value: { completion: end, digitCount: entry.digitCount } };
    this.latch('PIN_CLEAR_DIGIT', 'a digit came unmasked');
    return { kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT' };
  }

  /** null: no answer. Faults that the answer tells are remembered. */
  async #ask(command: Command): Promise<Answer | null> {
    const reply = await this.#link.request(command);
    if (reply.kind === 'silence') return null;
    if (reply.answer.kind === 'refused') this.#learnRefusal(reply.answer.status, command.verb);
    return reply.answer;
  }

  #learnRefusal(status: number, verb: string): void {
    const refusal = REFUSALS.get(status);
    if (refusal?.code === 'PIN_KEYS_MISSING') this.#missKeys(`${refusal.means}, ${verb}`);
    else if (refusal?.code === 'PIN_FAILURE' || refusal?.code === 'PIN_BATTERY_LOW' || refusal?.code === 'PIN_AUTHENTICATION') this.latch(refusal.code, `${refusal.means}, ${verb}`);
    else if (refusal !== undefined && refusal.code !== null) this.record(refusal.code, `${refusal.means}, ${verb}`);
  }

  #missKeys(detail: string): void {
    const isNews = this.#state !== 'notInitialised';
    this.#state = 'notInitialised';
    this.latch('PIN_KEYS_MISSING', detail);
    if (isNews) this.#tell({ kind: 'keysMissing' });
  }

  #refused(status: number): DeviceOutcome<never> {
    const refusal = REFUSALS.get(status);
    if (status === INPUT_TIMED_OUT) return { kind: 'failed', completionCode: 'timeOut', detail: 'input timed out' };
    return { kind: 'failed', completionCode: 'commandErrorCode', detail: refusal?.means ?? `unknown ${status.toString(16)}`, ...(refusal === undefined || refusal.code === null ? {} : { errorCode: refusal.code }) };
  }

  #notAnswering(): DeviceOutcome<never> {
    this.lineLost();
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'PIN_OFFLINE', detail: 'the pad does not answer' };
  }

  #importCommand(request: KeyImport): Command | string {
    const keyIndex = this.#keys[request.keyName];
    if (keyIndex === undefined) return 'no such key is configured';
    if (request.kind === 'keyBlock') {
      if (!this.capabilities.keyBlocks) return 'this pad takes no key blocks';
      if (!/^[0-9A-Za-z ]{40,800}$/.test(request.keyBlock)) return 'not a key block';
      const serial = request.keySerialNumber ?? new Uint8Array(0);
      if (![0, 10, 12].includes(serial.length)) return 'a key serial number has 10 or 12 bytes';
      return { verb: 'loadKeyBlock', keyIndex, keySerialNumberHex: Buffer.from(serial).toString('hex').toUpperCase(), keyBlock: request.keyBlock };
    }
    const underIndex = this.#keys[request.underKeyName];
    if (underIndex === undefined) return 'no such key is configured';
    if (![8, 16, 24].includes(request.cryptogram.length)) return 'a cryptogram has 8, 16 or 24 bytes';
    return { verb: 'loadKey', underIndex, keyIndex, use: request.use, cryptogramHex: Buffer.from(request.cryptogram).toString('hex').toUpperCase() };
  }

  #tell(event: PinPadEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function invalid(detail: string): DeviceOutcome<never> {
  return { kind: 'failed', completionCode: 'invalidData', detail };
}
