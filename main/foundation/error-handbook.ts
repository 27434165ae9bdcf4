import type { ErrorEntry } from './error-catalogue.ts';

const AREAS: Readonly<Record<string, string>> = {
  LNK: 'Lines to devices',
  CIM: 'Cash acceptor',
  CDM: 'Cash dispenser',
  IDC: 'Card reader',
  PTR: 'Receipt printer',
  BCR: 'Barcode reader',
  HST: 'Bank host',
  JNL: 'Journal',
  CFG: 'Configuration',
  TRM: 'Terminal',
};

const EFFECTS: Readonly<Record<ErrorEntry['effect'], string>> = {
  none: 'the terminal goes on',
  cashInOff: 'no cash is taken',
  cashOutOff: 'no cash is given',
  paperOff: 'no paper receipt; the electronic one remains',
  cardOff: 'no cards',
  scannerOff: 'no codes are scanned',
  hostOff: 'no operation that needs the bank',
  outOfService: 'the whole terminal is out of service',
};

const RETRIES: Readonly<Record<ErrorEntry['retry'], string>> = {
  automatic: 'by itself, when the cause is gone',
  afterReset: 'after a reset of the device in the service menu',
  never: 'not by itself',
};

/**
 * The technician's handbook of errors as Markdown, one table an area, in the order of the catalogue.
 *
 * @param catalogue  an area without a title here is shown by its three letters
 */
export function errorHandbook(catalogue: Readonly<Record<string, ErrorEntry>>): string {
  const codes = Object.keys(catalogue);
  const areas = [...new Set(codes.map((code) => code.slice(0, 3)))];
  const sections = areas.map((area) => {
    const rows = codes.filter((code) => code.startsWith(`${area}_`)).map((code) => row(code, catalogue[code]!));
    return [`## ${area} · ${AREAS[area] ?? area}`, '', '| code | what it means | what to do | until then | ends |', '|---|---|---|---|---|', ...rows, ''].join('\n');
  });
  return [
    '# Errors, and what a technician does about them',
    '',
    '<!-- Generated from error-catalogue.ts by `npm run handbook`; a test sees that it is fresh. -->',
    '',
    'The codes are those of the service menu, the journal and the log. Sources in square brackets are the sections of the device manuals.',
    '',
    ...sections,
  ].join('\n');
}

function row(code: string, entry: ErrorEntry): string {
  return `| ${[`\`${code}\``, entry.means, entry.operator, EFFECTS[entry.effect], RETRIES[entry.retry]].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
