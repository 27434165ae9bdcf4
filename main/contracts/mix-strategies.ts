/**
 * What a mix saves, among all exact ones:
 * `fewestNotes` – notes; then small ones.
 * `evenEmptying` – visits: each unit gives in proportion to what lies in it, so that all run empty together. Least Σ n² / available over the units.
 * `keepFullRange` – choice: as few kinds of note as possible run out or below their reserve; then as few notes as possible.
 */
export const MIX_STRATEGIES = ['fewestNotes', 'evenEmptying', 'keepFullRange'] as const;
export type MixStrategy = (typeof MIX_STRATEGIES)[number];
