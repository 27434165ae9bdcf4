/** Country codes of the device's table, decimal. [id003 §8] */
export const CURRENCY_BY_COUNTRY_CODE = { 81: 'KZT' } as const;
