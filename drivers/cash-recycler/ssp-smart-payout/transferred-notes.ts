/** C9 comes again with each poll until EVENT ACK: only what is more than in the answer before is new. [ssp §9] */
export class TransferredNotes {
  #told: readonly number[] = [];

  /** @param toldMinor  of one answer, a note each @returns the notes that were not told before */
  take(toldMinor: readonly number[]): readonly number[] {
    const known = [...this.#told];
    this.#told = toldMinor;
    return toldMinor.filter((denominationMinor) => {
      const index = known.indexOf(denominationMinor);
      if (index >= 0) known.splice(index, 1);
      return index < 0;
    });
  }

  /** The unit has let go of what it told: the same again is another note. */
  acknowledged(): void {
    this.#told = [];
  }
}
