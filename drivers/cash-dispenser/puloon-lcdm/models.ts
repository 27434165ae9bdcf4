/** Which unit of dialect A it is: the second sensor byte means other things on each. [lcdm §4.2] */
export const LCDM_MODELS = ['LCDM-2000', 'LCDM-1000'] as const;
export type LcdmModel = (typeof LCDM_MODELS)[number];

export const CASSETTE_COUNTS = { 'LCDM-2000': 2, 'LCDM-1000': 1 } as const satisfies Readonly<Record<(typeof LCDM_MODELS)[number], number>>;
