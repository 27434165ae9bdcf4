/** The scanner's side of HID POS, written from the sheet. [scanners §1.2] */
const DATA_BYTES = 56;

/** Reports of one code, in order. */
export function buildReports(aim: string, text: string): Uint8Array[] {
  const data = Buffer.from(text, 'utf8');
  const reports: Uint8Array[] = [];
  for (let offset = 0; offset < data.length; offset += DATA_BYTES) {
    const part = data.subarray(offset, offset + DATA_BYTES);
    const report = new Uint8Array(64);
    report.set([0x02, part.length, ...Buffer.from(aim, 'latin1'), ...part]);
    report[61] = aim === ']E0' ? 0x64 : 0x73;
    report[63] = offset + DATA_BYTES < data.length ? 0x01 : 0x00;
    reports.push(report);
  }
  return reports;
}

/** `FD length` and a serial command. */
export function triggerOf(report: Uint8Array): 'on' | 'off' | null {
  if (report[0] !== 0xfd || report[1] !== 3 || report[2] !== 0x16 || report[4] !== 0x0d) return null;
  return report[3] === 0x54 ? 'on' : report[3] === 0x55 ? 'off' : null;
}
