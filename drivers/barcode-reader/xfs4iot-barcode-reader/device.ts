import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

const READ_PATIENCE_MS = 86_400_000;
const TEXT_CHARS_MAX = 4_096;
const CODES_MAX = 8;

const readSchema = z.looseObject({ readOutput: z.array(z.looseObject({ barcodeData: z.string().nullish() })).nullish() });

export function createXfsBarcodeReader(options: XfsDeviceOptions): BarcodeReader {
  return new XfsBarcodeReader(options);
}

/** BarcodeReader.Read waits for one code; armed, it is asked again. [xfs4iot §9] */
class XfsBarcodeReader extends XfsDevice implements BarcodeReader {
  readonly #listeners = new Set<(code: ScannedCode) => void>();
  #isArmed = false;
  #reading: Promise<void> | null = null;

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'barcodeReader', protocol: 'xfs4iot-barcode-reader', interfaceNames: ['BarcodeReader'], offlineCode: 'BCR_OFFLINE', failureCode: 'BCR_OFFLINE', logArea: 'bcr' });
  }

  onCode(listener: (code: ScannedCode) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async arm(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      this.#isArmed = true;
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      return { kind: 'completed', value: undefined };
    });
  }

  async disarm(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      this.#isArmed = false;
      await this.service.cancel('BarcodeReader.Read');
      await this.#reading;
      return { kind: 'completed', value: undefined };
    });
  }

  protected override async prepare(): Promise<boolean> {
    return true;
  }

  protected override faultsOf(): readonly ErrorCode[] {
    return [];
  }

  protected override onDown(): void {
    this.#isArmed = false;
  }

  async #read(): Promise<void> {
    while (this.#isArmed) {
      const reply = await this.service.command('BarcodeReader.Read', {}, { patienceMs: READ_PATIENCE_MS });
      if (reply.kind === 'silence') return this.lineLost();
      if (reply.kind !== 'done') {
        this.#isArmed = false;
        return;
      }
      // What came while the reader was being disarmed is nobody's.
      if (this.#isArmed) for (const { barcodeData } of (readSchema.safeParse(reply.payload).data?.readOutput ?? []).slice(0, CODES_MAX)) this.#tell(textOf(barcodeData ?? ''));
    }
  }

  #tell(text: string): void {
    if (text !== '') for (const listener of this.#listeners) listener({ text });
  }
}

/** Base64 to text without control characters but GS. */
function textOf(base64: string): string {
  return [...Buffer.from(base64, 'base64').toString('utf8')].filter((character) => character === '\x1d' || (character >= ' ' && character !== '\x7f')).join('').slice(0, TEXT_CHARS_MAX);
}
