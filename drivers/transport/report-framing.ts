/** HID reports on a byte stream: two bytes of length, big-endian, then the report. One frame = one report, whatever its size. */

/** A HID report with its id is at most 64 bytes at full speed and 1024 at high speed. */
export const REPORT_BYTES_MAX = 1025;

const HEADER_BYTES = 2;

/** @param report 0…1025 bytes */
export function encodeReport(report: Uint8Array): Buffer {
  if (report.length > REPORT_BYTES_MAX) throw new RangeError(`a report has at most ${REPORT_BYTES_MAX} bytes`);
  const frame = Buffer.alloc(HEADER_BYTES + report.length);
  frame.writeUInt16BE(report.length, 0);
  frame.set(report, HEADER_BYTES);
  return frame;
}

/** Takes the stream in any cut; a longer length than any report means that the two ends do not speak the same, and the reader says so. */
export class ReportReader {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): { readonly reports: readonly Uint8Array[]; readonly isBroken: boolean } {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const reports: Uint8Array[] = [];
    while (this.#pending.length >= HEADER_BYTES) {
      const reportBytes = this.#pending.readUInt16BE(0);
      if (reportBytes > REPORT_BYTES_MAX) {
        this.#pending = Buffer.alloc(0);
        return { reports, isBroken: true };
      }
      if (this.#pending.length < HEADER_BYTES + reportBytes) break;
      reports.push(Uint8Array.from(this.#pending.subarray(HEADER_BYTES, HEADER_BYTES + reportBytes)));
      this.#pending = this.#pending.subarray(HEADER_BYTES + reportBytes);
    }
    return { reports, isBroken: false };
  }
}
