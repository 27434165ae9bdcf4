import { z } from 'zod';

/** Faults of a device by name: the moments at which each can strike (the first is the usual one), and its label on the fault board. */
export type FaultTable = Readonly<Record<string, { readonly at: readonly string[]; readonly label: string }>>;
export type FaultOf<Table extends FaultTable> = keyof Table & string;

/** More than this on one board is a mistake of the scenario. */
const FAULTS_MAX = 1_000;

/** `{ do: 'fault', fault, at, times, index }`; `index` counts within the moment (note of a command, byte of a frame), from 0; any when left out. */
export function faultCommandOf<Table extends FaultTable>(table: Table) {
  return z.strictObject({
    do: z.literal('fault'),
    fault: z.enum(Object.keys(table) as [FaultOf<Table>, ...FaultOf<Table>[]]),
    at: z.string().max(30).optional(),
    times: z.number().int().min(1).max(1_000_000).default(1),
    index: z.number().int().min(0).max(10_000).optional(),
  });
}

export interface FaultCommand<Fault extends string> {
  readonly fault: Fault;
  readonly at?: string | undefined;
  readonly times: number;
  readonly index?: number | undefined;
}

interface Armed<Fault extends string> {
  readonly fault: Fault;
  readonly at: string;
  readonly index: number | null;
  timesLeft: number;
}

/** Faults that wait for their moment, in the order in which they were armed. A fault names the moment, not a time. */
export class FaultBoard<Table extends FaultTable> {
  readonly #table: Table;
  #armed: Armed<FaultOf<Table>>[] = [];

  constructor(table: Table) {
    this.#table = table;
  }

  /** @returns what is wrong with the command, or null */
  arm(command: FaultCommand<FaultOf<Table>>): string | null {
    const moments = this.#table[command.fault]!.at;
    const at = command.at ?? moments[0]!;
    if (!moments.includes(at)) return `${command.fault} strikes at ${moments.join(', ')}`;
    if (this.#armed.length >= FAULTS_MAX) return `at most ${FAULTS_MAX} faults wait`;
    this.#armed.push({ fault: command.fault, at, index: command.index ?? null, timesLeft: command.times });
    return null;
  }

  clear(): void {
    this.#armed = [];
  }

  /** For the world: what still waits. */
  list(): readonly { readonly fault: string; readonly at: string; readonly times: number }[] {
    return this.#armed.map(({ fault, at, timesLeft }) => ({ fault, at, times: timesLeft }));
  }

  rows(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
    return Object.entries(this.#table).map(([fault, { at, label }]) => ({ fault, at, label }));
  }

  /** Whether this fault strikes now; uses up one strike. @param index  matched only by faults that were armed with one */
  strike(fault: FaultOf<Table>, at: string, index?: number): boolean {
    const armed = this.#armed.find((candidate) => candidate.fault === fault && candidate.at === at && (candidate.index === null || candidate.index === index));
    if (armed === undefined) return false;
    armed.timesLeft--;
    if (armed.timesLeft === 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return true;
  }
}
