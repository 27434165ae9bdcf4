import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const PRINT_MS = 1_500;
const PAPERS_MAX = 20;
const BMP_HEADER_BYTES = 62;
const FORM = 'QolmaReceipt';
const FAULTS = { ...SERVICE_FAULTS, jam: { at: ['print'], label: 'The paper jams in the middle of the receipt' }, paperEnds: { at: ['print'], label: 'The roll ends in the middle of the receipt' } } as const;
const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('setPaper'), paper: z.enum(['full', 'low', 'out']) }),
  z.strictObject({ do: z.literal('clearJam') }),
  z.strictObject({ do: z.literal('takeReceipt') }),
]);
type Hand = z.infer<typeof hands>;

interface Paper {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly blackDots: number;
  readonly isWhole: boolean;
}

/** A receipt printer with one form of one picture behind an XFS4IoT service. [xfs4iot §8] */
export const createXfsPrinterSimulator: CreateSimulator<object> = (environment) => new XfsPrinterSimulator(environment);

class XfsPrinterSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  #paper: 'full' | 'low' | 'out' = 'full';
  #isJammed = false;
  #papers: Paper[] = [];

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-printer', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { paper: this.#paper, isJammed: this.#isJammed, papers: this.#papers.map((paper) => ({ ...paper })) };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'takeReceipt') return ok({ paperCount: this.#papers.splice(0).length });
    if (hand.do === 'setPaper') this.#paper = hand.paper;
    else this.#isJammed = false;
    if (this.isAlive) this.statusChanged();
    return ok(null);
  }

  protected override status(): object {
    return { printer: { media: this.#isJammed ? 'jammed' : 'notPresent', paper: { upper: this.#paper } } };
  }

  protected override capabilities(): object {
    return { printer: { type: { receipt: true }, control: { cut: true, eject: true }, mediaTaken: false, mediaPresented: false } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return { 'Printer.PrintForm': ({ formName, fields }, respond) => this.#print(formName, fields, respond) };
  }

  #print(formName: unknown, fields: unknown, respond: (answer: Answer) => void): void {
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
      if (cause === null) return respond({});
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
