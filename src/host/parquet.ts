/** The results of a campaign as a Parquet file, which DuckDB, pandas and the like read. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { resultColumns } from '../campaign/columns.ts';
import type { ResultRow } from '../campaign/results.ts';

const types = { text: 'STRING', integer: 'INT32', number: 'DOUBLE', truth: 'BOOLEAN' } as const;

export function parquetOf(rows: readonly ResultRow[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    columnData: resultColumns.map(({ name, type, of }) =>
      ({ name, type: types[type], data: rows.map(of), nullable: true })),
  }));
}
