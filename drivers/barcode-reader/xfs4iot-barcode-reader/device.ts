import { z } from 'zod';
import { delay } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { ArmedCodes } from '../../life/armed-codes.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

const READ_PATIENCE_MS = 86_400_000;
/** Before a Read that was refused, or ended without a code, is asked again. */
const AGAIN_MS = 1_000;
const TEXT_CHARS_MAX = 4_096;
const CODES_MAX = 8;

const readSchema = z.looseObject({ readOutput: z.array(z.looseObject({ barcodeData: z.string().nullish() })).nullish() });

export function createXfsBarcodeReader(options: XfsDeviceOptions): BarcodeReader {
  return new XfsBarcodeReader(options);
}

/** BarcodeReader.Read waits for one code; armed, it is asked again, also on the next connection. [xfs4iot §9] */
class XfsBarcodeReader extends XfsDevice implements BarcodeReader {
  readonly #listeners = new Set<(code: ScannedCode) => void>();
  readonly #codes: ArmedCodes;
  #reading: Promise<void> | null = null;

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'barcodeReader', protocol: 'xfs4iot-barcode-reader', interfaceNames: ['BarcodeReader'], offlineCode: 'BCR_OFFLINE', failureCode: 'BCR_OFFLINE', logArea: 'bcr' });
    // A Read lights the window by itself.
    this.#codes = new ArmedCodes({ clock: options.clock, press: () => false });
  }

  override async stop(): Promise<void> {
    this.#codes.disarm();
    await super.stop();
  }

  onCode(listener: (code: ScannedCode) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async arm(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      this.#codes.arm();
      this.#beginReading();
      return { kind: 'completed', value: undefined };
    });
  }

  async disarm(): Promise<DeviceOutcome<void>> {
    // At once, not in its turn: nothing scanned from now on is wanted.
    this.#codes.disarm();
    return this.run<void>(async () => {
      await this.service.cancel('BarcodeReader.Read');
      await this.#reading;
      return { kind: 'completed', value: undefined };
    });
  }

  protected override async prepare(): Promise<boolean> {
    if (this.#codes.isArmed) this.#beginReading();
    return true;
  }

  protected override faultsOf(): readonly ErrorCode[] {
    return [];
  }

  #beginReading(): void {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
  }

  async #read(): Promise<void> {
    while (this.#codes.isArmed) {
      const reply = await this.service.command('BarcodeReader.Read', {}, { patienceMs: READ_PATIENCE_MS });
      if (reply.kind === 'silence') return this.lineLost();
      const texts = reply.kind === 'done' ? (readSchema.safeParse(reply.payload).data?.readOutput ?? []).slice(0, CODES_MAX).map(({ barcodeData }) => textOf(barcodeData ?? '')).filter((text) => text !== '') : [];
      for (const text of texts) this.#tell(text);
      if (texts.length === 0 && this.#codes.isArmed) await delay(this.clock, AGAIN_MS);
    }
  }

  /** What came while the reader was being disarmed is nobody's; a code that stays before the window is told once. */
  #tell(text: string): void {
    if (this.#codes.isWanted(text)) for (const listener of this.#listeners) listener({ text });
  }
}

/** Base64 to text without control characters but GS. */
function textOf(base64: string): string {
  return [...Buffer.from(base64, 'base64').toString('utf8')].filter((character) => character === '\x1d' || (character >= ' ' && character !== '\x7f')).join('').slice(0, TEXT_CHARS_MAX);
}
