/** What a soak of one protocol came to. `differences` is empty, or the driver and the physics disagreed. */
export interface SoakResult {
  readonly outcomes: Readonly<Record<string, number>>;
  /** Each with seed and turn, so that it can be made again. */
  readonly differences: readonly string[];
}

export interface SoakOptions {
  readonly seed: number;
  readonly transactionCount: number;
  /** One of so many bytes is spoiled, each way; null: the line is clean and only the device has faults. */
  readonly byteFaultsOneOf: number | null;
}

/** One world, one seed: transactions with faults in virtual time, each compared with the simulator's truth. */
export type Soak = (options: SoakOptions) => Promise<SoakResult>;
