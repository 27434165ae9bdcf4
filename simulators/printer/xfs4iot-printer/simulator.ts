import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const PRINT_MS = 1_500;
const RETRACT_MS = 800;
const BIN_CAPACITY = 10;
const PAPERS_MAX = 20;
const BMP_HEADER_BYTES = 62;
const FORM = 'QolmaReceipt';
const FAULTS = { ...SERVICE_FAULTS, jam: { at: ['print'], label: 'The paper jams in the middle of the receipt' }, paperEnds: { at: ['print'], label: 'The roll ends in the middle of the receipt' }, exitJam: { at: ['retract'], label: 'The receipt jams on its way back' }, takenAtOnce: { at: ['present'], label: 'The customer pulls it out before the job has ended' }, takenMeanwhile: { at: ['retract'], label: 'The customer takes it in the last moment' } } as const;
const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('setPaper'), paper: z.enum(['full', 'low', 'out']) }),
  z.strictObject({ do: z.literal('clearJam') }),
  z.strictObject({ do: z.literal('takeReceipt') }),
]);
type Hand = z.infer<typeof hands>;

export interface XfsPrinterSimulatorOptions {
  /** It holds the receipt out until it is taken; else it falls into the customer's hand. */
  readonly presenter?: boolean;
  /** No retract bin: what is not taken can only be pushed out. */
  readonly hasBin?: boolean;
}

interface Paper {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly blackDots: number;
  readonly isWhole: boolean;
}

/** A receipt printer with one form of one picture behind an XFS4IoT service. [xfs4iot §8] */
export const createXfsPrinterSimulator: CreateSimulator<XfsPrinterSimulatorOptions> = (environment, options) => new XfsPrinterSimulator(environment, options);

class XfsPrinterSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #options: XfsPrinterSimulatorOptions;
  #paper: 'full' | 'low' | 'out' = 'full';
  #isAtExit = false;
  #isExitJammed = false;
  #retractedCount = 0;
  #expelledCount = 0;
  #takenCount = 0;
  #isJammed = false;
  #papers: Paper[] = [];

  constructor(environment: SimulatorEnvironment, options: XfsPrinterSimulatorOptions) {
    super({ protocol: 'xfs4iot-printer', environment, faults: FAULTS, hands });
    this.#options = options;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { paper: this.#paper, isJammed: this.#isJammed, isAtExit: this.#isAtExit, retractedCount: this.#retractedCount, expelledCount: this.#expelledCount, takenCount: this.#takenCount, papers: this.#papers.map((paper) => ({ ...paper })) };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'takeReceipt') return this.#take();
    if (hand.do === 'setPaper') this.#paper = hand.paper;
    else {
      this.#isJammed = false;
      if (this.#isExitJammed) this.#isAtExit = false;
      this.#isExitJammed = false;
    }
    if (this.isAlive) this.statusChanged();
    return ok(null);
  }

  protected override status(): object {
    return { printer: { media: this.#isJammed ? 'jammed' : this.#isAtExit ? 'present' : 'notPresent', paper: { upper: this.#paper } } };
  }

  protected override capabilities(): object {
    const hasPresenter = this.#options.presenter === true;
    return { printer: { type: { receipt: true }, control: { cut: true, eject: true, retract: hasPresenter && this.#hasBin, expel: hasPresenter }, mediaTaken: hasPresenter, mediaPresented: hasPresenter } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    const print: Readonly<Record<string, Handler>> = { 'Printer.PrintForm': ({ formName, fields }, respond, event) => this.#print(formName, fields, respond, event) };
    if (this.#options.presenter !== true) return print;
    return {
      ...print,
      'Printer.ControlMedia': ({ mediaControl }, respond) => this.#move((mediaControl as { readonly move?: unknown } | null)?.move, respond),
      ...(this.#hasBin ? { 'Printer.RetractMedia': ({ mediaControl }, respond) => this.#move(mediaControl === 'unitBin' ? 'retract' : null, respond) } satisfies Readonly<Record<string, Handler>> : {}),
      ...(this.#hasBin ? { 'Storage.GetStorage': (_, respond) => respond({ payload: { storage: { unitBin: { status: 'ok', printer: { capabilities: { maxRetracts: BIN_CAPACITY }, status: { index: 1, initial: 0, in: this.#retractedCount, replenishmentStatus: this.#retractedCount >= BIN_CAPACITY ? 'full' : 'ok' } } } } } }) } satisfies Readonly<Record<string, Handler>> : {}),
    };
  }

  get #hasBin(): boolean {
    return this.#options.hasBin !== false;
  }

  #take(): Result<Json, ControlError> {
    if (this.#options.presenter !== true) return ok({ paperCount: this.#papers.splice(0).length });
    if (!this.#isAtExit) return err({ code: 'notNow', detail: 'no receipt in the exit' });
    this.#isAtExit = false;
    this.#takenCount++;
    this.announce('Printer.MediaTakenEvent', {});
    return ok(null);
  }

  #move(where: unknown, respond: (answer: Answer) => void): void {
    const fail = (errorCode: string) => respond({ completionCode: 'commandErrorCode', payload: { errorCode } });
    if (where !== 'retract' && where !== 'expel') return respond({ completionCode: 'invalidData' });
    if (this.#isAtExit && this.struck('takenMeanwhile', 'retract')) this.#take();
    if (!this.#isAtExit) return fail('noMediaPresent');
    if (where === 'retract' && this.#retractedCount >= BIN_CAPACITY) return fail('retractBinFull');
    this.after(RETRACT_MS, () => {
      if (this.struck('exitJam', 'retract')) {
        this.#isExitJammed = true;
        return fail('mediaJammed');
      }
      this.#isAtExit = false;
      if (where === 'retract') this.#retractedCount++;
      else this.#expelledCount++;
      return respond({ payload: where === 'retract' ? { result: 'unitBin' } : {} });
    });
  }

  #print(formName: unknown, fields: unknown, respond: (answer: Answer) => void, event: (name: string, payload?: object) => void): void {
    const fail = (errorCode: string) => respond({ completionCode: 'commandErrorCode', payload: { errorCode } });
    if (formName !== FORM) return fail('formNotFound');
    const picture = pictureOf((fields as { readonly image?: unknown } | undefined)?.image);
    if (picture === null) return fail('fieldError');
    if (this.#isJammed) return fail('paperJammed');
    if (this.#paper === 'out') return fail('paperOut');
    this.after(PRINT_MS, () => {
      const cause = this.struck('jam', 'print') ? 'paperJammed' : this.struck('paperEnds', 'print') ? 'paperOut' : null;
      this.#papers = [...this.#papers, { ...picture, isWhole: cause === null }].slice(-PAPERS_MAX);
      this.tell('printed', { isWhole: cause === null });
      if (cause === null) {
        if (this.#options.presenter === true) {
          this.#isAtExit = true;
          event('Printer.MediaPresentedEvent', { wadIndex: 1, totalWads: 1 });
          if (this.struck('takenAtOnce', 'present')) this.#take();
        }
        return respond({});
      }
      if (cause === 'paperJammed') this.#isJammed = true;
      else this.#paper = 'out';
      fail(cause);
      this.statusChanged();
    });
  }
}

/** One bit a dot, 1 black; null: no such picture. */
function pictureOf(base64: unknown): Omit<Paper, 'isWhole'> | null {
  if (typeof base64 !== 'string') return null;
  const file = Buffer.from(base64, 'base64');
  if (file.length < BMP_HEADER_BYTES || file.toString('latin1', 0, 2) !== 'BM' || file.readUInt16LE(28) !== 1) return null;
  const [widthDots, heightDots, offset] = [file.readInt32LE(18), file.readInt32LE(22), file.readUInt32LE(10)];
  const rowBytes = Math.ceil(widthDots / 32) * 4;
  if (widthDots <= 0 || heightDots <= 0 || file.length < offset + rowBytes * heightDots) return null;
  let blackDots = 0;
  for (let row = 0; row < heightDots; row++) for (let dot = 0; dot < widthDots; dot++) blackDots += (file[offset + row * rowBytes + (dot >> 3)]! >> (7 - (dot & 7))) & 1;
  return { widthDots, heightDots, blackDots };
}
