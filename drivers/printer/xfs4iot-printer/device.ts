import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Bitmap, Presenter, Printer, PrinterCapabilities, PrintProgress, RetractedTo } from '../../interfaces/printer.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsEvent, XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';
import { bitmapToBmp } from './bmp.ts';
import type { ExitAbilities } from './exit.ts';
import { emptyExit, readExit } from './exit.ts';

/** A receipt, its cut and its presenting. */
const PRINT_PATIENCE_MS = 60_000;
/** A receipt that is pulled out before its job has ended is told just after it: whoever waits for it waits by then. */
const EARLY_TAKEN_MS = 100;
/** What a service finds wrong with the job before any paper moves. [xfs4iot §8] */
const NOTHING_PRINTED: readonly string[] = ['formNotFound', 'mediaNotFound', 'fieldSpecFailure', 'fieldError', 'charSetData', 'sourceInvalid', 'sequenceInvalid'];

const statusSchema = z.looseObject({ printer: z.looseObject({ media: z.string().nullish(), paper: z.looseObject({ upper: z.string().nullish() }).nullish() }).nullish() });

export interface XfsPrinterOptions extends XfsDeviceOptions {
  readonly widthDots: number;
  /** The service's form of one receipt and its one graphic field. */
  readonly formName: string;
  readonly imageField: string;
  /** It holds the receipt out, sees it taken and can take it back; must be what the service's Capabilities say. */
  readonly presenter: boolean;
}

export function createXfsPrinter(options: XfsPrinterOptions): Printer {
  return new XfsPrinter(options);
}

/**
 * Receipts as pictures through PrintForm, cut and ejected. Completed: the service said so. Anything else after the job was taken is uncertain, but what it finds wrong before paper
 * moves. With a presenter what is ejected is held out: taken (MediaTakenEvent), or taken back by RetractMedia or ControlMedia. [xfs4iot §8]
 */
class XfsPrinter extends XfsDevice implements Printer {
  readonly capabilities: PrinterCapabilities;
  readonly #form: Pick<XfsPrinterOptions, 'formName' | 'imageField'>;
  readonly presenter?: Presenter;
  readonly #takenListeners = new Set<() => void>();
  #paper: string | null = null;
  #exit: ExitAbilities = { seesTaken: false, ways: [] };
  #isAtExit: boolean | null = null;
  #isPrinting = false;
  #isRetracting = false;
  #wasTakenEarly = false;

  constructor(options: XfsPrinterOptions) {
    super(options, { deviceClass: 'printer', protocol: 'xfs4iot-printer', interfaceNames: ['Printer'], offlineCode: 'PTR_OFFLINE', failureCode: 'PTR_FAILURE', logArea: 'ptr' });
    this.capabilities = { widthDots: options.widthDots, presenter: options.presenter, cutter: true };
    this.#form = options;
    if (options.presenter) {
      this.presenter = {
        isOccupied: () => this.#isAtExit,
        onTaken: (listener): Unsubscribe => {
          this.#takenListeners.add(listener);
          return () => void this.#takenListeners.delete(listener);
        },
        retract: () => this.run(() => this.#retract()),
      };
    }
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
      // Nothing of one person stays for the next.
      if (this.presenter !== undefined && this.#isAtExit === true && (await this.#retract()).kind !== 'completed') return { kind: 'failed', completionCode: 'sequenceError', detail: 'a receipt lies in the exit' };
      const { formName, imageField } = this.#form;
      const fields = { [imageField]: Buffer.from(bitmapToBmp(bitmap)).toString('base64') };
      this.#isPrinting = true;
      const reply = await this.service.command('Printer.PrintForm', { formName, mediaControl: { cut: true, move: 'eject' }, fields, paperSource: 'any' }, { patienceMs: PRINT_PATIENCE_MS });
      this.#isPrinting = false;
      return this.#outcomeOf(reply);
    });
  }

  protected override async prepare(): Promise<boolean> {
    if (this.presenter === undefined) return true;
    const exit = await readExit(this.service);
    if (exit === null) return false;
    this.#exit = exit;
    if (exit.seesTaken && exit.ways.length > 0) return true;
    // A receipt that nobody sees taken, or that cannot be taken back, would lie there for the next customer.
    this.record('LNK_PROTOCOL', 'the service has no presenter: it does not see a receipt taken, or can neither retract nor expel it');
    return false;
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    const { media, paper } = statusSchema.safeParse(status).data?.printer ?? {};
    this.#paper = paper?.upper ?? null;
    this.#isAtExit = media === 'present' ? true : media === 'notPresent' || media === 'retracted' ? false : null;
    return [...(media === 'jammed' || this.#paper === 'jammed' ? (['PTR_JAMMED'] as const) : []), ...(this.#paper === 'out' ? (['PTR_PAPER_OUT'] as const) : [])];
  }

  protected override hear({ name }: XfsEvent): void {
    if (name === 'Printer.MediaPresentedEvent' || name === 'Printer.MediaPresentedUnsolicitedEvent') this.#isAtExit = true;
    else if (name === 'Printer.MediaAutoRetractedEvent') this.#isAtExit = false;
    else if (name === 'Printer.MediaTakenEvent') this.#taken();
  }

  protected override onDown(): void {
    this.#paper = null;
    this.#isAtExit = null;
    this.#isPrinting = false;
    this.#wasTakenEarly = false;
  }

  #outcomeOf(reply: XfsReply): DeviceOutcome<{ readonly progress: PrintProgress }> {
    if (reply.kind === 'done') {
      if (this.presenter === undefined) return { kind: 'completed', value: { progress: 'drained' } };
      if (this.#wasTakenEarly) this.clock.setTimeout(() => this.#tellTaken(), EARLY_TAKEN_MS);
      else this.#isAtExit = true;
      this.#wasTakenEarly = false;
      return { kind: 'completed', value: { progress: 'presented' } };
    }
    this.#wasTakenEarly = false;
    if (reply.kind === 'refused') return this.failedBy(reply);
    if (reply.kind === 'silence') {
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'printUnanswered' } };
    }
    const wasNotBegun = (reply.errorCode !== null && NOTHING_PRINTED.includes(reply.errorCode)) || reply.completionCode === 'deviceNotReady' || reply.completionCode === 'unsupportedCommand';
    if (wasNotBegun) return this.failedBy(reply);
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: [reply.completionCode, reply.errorCode].filter(Boolean).join(' ') } };
  }

  /** In the exit or on the way to it. `taken`: there was none any more. */
  async #retract(): Promise<DeviceOutcome<{ readonly to: RetractedTo }>> {
    if (this.#isAtExit === false) return { kind: 'completed', value: { to: 'taken' } };
    this.#isRetracting = true;
    const emptied = await emptyExit(this.service, this.#exit.ways);
    this.#isRetracting = false;
    if (emptied.kind === 'notBegun') return this.failedBy(emptied.reply);
    if (emptied.kind === 'stuck' && emptied.reply.kind === 'silence') {
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'retractUnanswered' } };
    }
    // What the exit shows now counts, whatever the completion said.
    if (!(await this.poll())) this.lineLost();
    if (emptied.kind === 'done' && this.#isAtExit !== true) return { kind: 'completed', value: { to: emptied.to } };
    this.latch('PTR_JAMMED', 'the exit stays covered');
    this.settle('retract');
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'presented' } };
  }

  /** By the customer; what the printer moves itself is nobody's taking. */
  #taken(): void {
    this.#isAtExit = false;
    if (this.#isPrinting) this.#wasTakenEarly = true;
    else if (!this.#isRetracting) this.#tellTaken();
  }

  #tellTaken(): void {
    for (const listener of this.#takenListeners) listener();
  }
}
