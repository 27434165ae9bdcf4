/** Numbers of the units that pay out, in their order when the service first listed them: one that it leaves out while its cassette is away gives its number to no other. */
export class CassetteNumbers {
  #known: ReadonlyMap<string, number> = new Map();

  /** @param unitIds  as listed now, in the order of their index @returns the number of each */
  of(unitIds: readonly string[]): ReadonlyMap<string, number> {
    if (!unitIds.every((unitId) => this.#known.has(unitId))) this.#known = new Map(unitIds.map((unitId, index) => [unitId, index + 1]));
    return this.#known;
  }
}
