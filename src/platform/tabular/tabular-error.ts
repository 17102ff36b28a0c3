type Params = Record<string, string | number | null>

const sentences = {
  file_unreadable: (p) => `The file cannot be read (${p.reason}). Check that it exists and may be opened.`,
  source_consumed: () => 'This stream was already read. Save it to a file to read it more than once.',
  workbook_needs_file: () => 'An Excel workbook cannot be read from a stream. Save it to a file first.',
  empty_file: () => 'The file holds no rows. Export it again and check that it is not empty.',
  binary_file: (p) => `This is not a table of text but ${p.kind}. Export the data as CSV or .xlsx.`,
  not_a_table: (p) => `This file holds ${p.kind}, not rows and columns. Export the data as CSV or .xlsx.`,
  legacy_excel: () => 'This is an old Excel workbook (.xls). Open it and save it as .xlsx or CSV.',
  encrypted_excel: () => 'This workbook is protected by a password. Save a copy without the password.',
  encrypted_zip: () => 'This archive is encrypted. Unpack it and import the files inside.',
  zip_without_workbook: (p) =>
    `This zip archive is not an Excel workbook (it holds ${p.entries}). Unpack it and import the files inside.`,
  nested_archive: (p) => `The gzip file holds ${p.kind}. Unpack it and import what is inside.`,
  truncated_gzip: () => 'The gzip file ends too early. Copy or download it again.',
  corrupt_gzip: (p) => `The gzip file is damaged (${p.reason}). Copy or download it again.`,
  corrupt_zip: (p) => `The workbook is damaged (${p.reason}). Open it in Excel and save it again.`,
  inflates_too_much: (p) =>
    `The file unpacks to more than ${p.inflatedBytes} bytes from ${p.compressedBytes}, which looks like an attack. Unpack it yourself and import the result if you trust it.`,
  too_many_entries: (p) => `The workbook holds more than ${p.limit} parts. Save only the sheet you need.`,
  too_many_columns: (p) =>
    `The first row has ${p.found} columns; at most ${p.limit} are read. Check the delimiter, or remove columns.`,
  field_too_long: (p) =>
    `A field in row ${p.row} (line ${p.line}, column ${p.column}) is longer than ${p.limit} characters. Shorten it, or check the delimiter.`,
  row_too_long: (p) =>
    `Row ${p.row} (line ${p.line}) is longer than ${p.limit} characters. Check the line ends of the file.`,
  quoted_field_too_long: (p) =>
    `The quoted text that opens in row ${p.row} (line ${p.line}, column ${p.column}) is still open after ${p.limit} characters. A closing quote is probably missing there.`,
  quote_not_closed: (p) =>
    `The quote that opens in row ${p.row} (line ${p.line}, column ${p.column}) is never closed. Add the closing quote there.`,
  unknown_encoding: (p) => `The text encoding ${p.encoding} is not known. Choose another one.`,
  invalid_bytes: (p) =>
    `Row ${p.row ?? '?'} (line ${p.line ?? '?'}) holds ${p.byte === null ? 'bytes' : `the byte ${p.byte}`} that is not valid ${p.encoding}. Choose the encoding the file was saved in.`,
  other_format: (p) =>
    `The stored way of reading is for a ${p.expected}, and this file is none. Look at this file again.`,
  header_changed: (p) =>
    `The first row reads ${p.found}, where ${p.expected} was expected. Look at the columns of this file again.`,
  unknown_sheet: (p) => `There is no sheet named ${p.sheet}. The workbook has ${p.sheets}.`,
  sheet_unreadable: (p) => `The sheet cannot be read: ${p.reason}. Open the workbook and save it again.`,
  doctype_refused: () =>
    'The workbook holds a document type declaration, which Excel never writes. It was not read.',
  too_many_shared_strings: (p) =>
    `The workbook holds more than ${p.limit} ${p.unit} of text. Save the sheet as CSV and import that.`,
} satisfies Record<string, (params: Params) => string>

export type TabularCode = keyof typeof sentences

/** A file that cannot be read, or not further: a code with params for the interface, and a sentence that says what to do. */
export class TabularError extends Error {
  override readonly name = 'TabularError'

  constructor(
    readonly code: TabularCode,
    readonly params: Params = {},
    options?: ErrorOptions,
  ) {
    super(sentences[code](params), options)
  }
}
