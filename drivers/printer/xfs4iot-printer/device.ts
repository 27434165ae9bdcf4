import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Bitmap, Printer, PrinterCapabilities, PrintProgress } from '../../interfaces/printer.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';
import { bitmapToBmp } from './bmp.ts';

/** A receipt, its cut and its presenting. */
const PRINT_PATIENCE_MS = 60_000;
/** What a service finds wrong with the job before any paper moves. [xfs4iot §8] */
const NOTHING_PRINTED: readonly string[] = ['formNotFound', 'mediaNotFound', 'fieldSpecFailure', 'fieldError', 'charSetData', 'sourceInvalid', 'sequenceInvalid'];

const statusSchema = z.looseObject({ printer: z.looseObject({ media: z.string().nullish(), paper: z.looseObject({ upper: z.string().nullish() }).nullish() }).nullish() });

export interface XfsPrinterOptions extends XfsDeviceOptions {
  readonly widthDots: number;
  /** The service's form of one receipt and its one graphic field. */
  readonly formName: string;
  readonly imageField: string;
}

export function createXfsPrinter(options: XfsPrinterOptions): Printer {
  return new XfsPrinter(options);
}

/**
 * Receipts as pictures through PrintForm, cut and ejected. Completed: the service said so. Anything else after the job was taken is uncertain, but what it finds wrong before paper
 * moves. A presenter is not driven: what is ejected is in the customer's reach. [xfs4iot §8]
 */
class XfsPrinter extends XfsDevice implements Printer {
  readonly capabilities: PrinterCapabilities;
  readonly #form: Pick<XfsPrinterOptions, 'formName' | 'imageField'>;
  #paper: string | null = null;

  constructor(options: XfsPrinterOptions) {
    super(options, { deviceClass: 'printer', protocol: 'xfs4iot-printer', interfaceName: 'Printer', offlineCode: 'PTR_OFFLINE', failureCode: 'PTR_FAILURE', logArea: 'ptr' });
    this.capabilities = { widthDots: options.widthDots, presenter: false, cutter: true };
    this.#form = options;
  }

  get isPaperLow(): boolean {
    return this.#paper === 'low';
  }

  print({ bitmap }: { readonly bitmap: Bitmap }): Promise<DeviceOutcome<{ readonly progress: PrintProgress }>> {
    return this.run<{ readonly progress: PrintProgress }>(async () => {
      // Asked before: a job for a printer without paper leaves half a receipt behind.
      if (!(await this.poll())) {
        this.lineLost();
        return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'PTR_OFFLINE' };
      }
      const hindrance = this.faults[0];
      if (hindrance !== undefined) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: hindrance };
      if (bitmap.widthDots > this.capabilities.widthDots) return { kind: 'failed', completionCode: 'invalidData', detail: 'wider than the paper' };
      const { formName, imageField } = this.#form;
      const fields = { [imageField]: Buffer.from(bitmapToBmp(bitmap)).toString('base64') };
      const reply = await this.service.command('Printer.PrintForm', { formName, mediaControl: { cut: true, move: 'eject' }, fields, paperSource: 'any' }, { patienceMs: PRINT_PATIENCE_MS });
      return this.#outcomeOf(reply);
    });
  }

  protected override async prepare(): Promise<boolean> {
    return true;
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    const { media, paper } = statusSchema.safeParse(status).data?.printer ?? {};
    this.#paper = paper?.upper ?? null;
    return [...(media === 'jammed' || this.#paper === 'jammed' ? (['PTR_JAMMED'] as const) : []), ...(this.#paper === 'out' ? (['PTR_PAPER_OUT'] as const) : [])];
  }

  protected override onDown(): void {
    this.#paper = null;
  }

  #outcomeOf(reply: XfsReply): DeviceOutcome<{ readonly progress: PrintProgress }> {
    if (reply.kind === 'done') return { kind: 'completed', value: { progress: 'drained' } };
    if (reply.kind === 'refused') return this.failedBy(reply);
    if (reply.kind === 'silence') {
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'printUnanswered' } };
    }
    const wasNotBegun = (reply.errorCode !== null && NOTHING_PRINTED.includes(reply.errorCode)) || reply.completionCode === 'deviceNotReady' || reply.completionCode === 'unsupportedCommand';
    if (wasNotBegun) return this.failedBy(reply);
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: [reply.completionCode, reply.errorCode].filter(Boolean).join(' ') } };
  }
}
