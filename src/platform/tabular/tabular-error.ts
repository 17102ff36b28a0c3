type Params = Record<string, string | number | null>

/** What is wrong with a file and what to do, by code. Values in braces are filled in from the params. */
export const fileMessages = {
  file_unreadable: 'The file cannot be read ({reason}). Check that it exists and may be opened.',
  source_consumed: 'This stream was already read. Save it to a file to read it more than once.',
  workbook_needs_file: 'An Excel workbook cannot be read from a stream. Save it to a file first.',
  empty_file: 'The file holds no rows. Export it again and check that it is not empty.',
  binary_file: 'This is not a table of text but {kind}. Export the data as CSV or .xlsx.',
  not_a_table: 'This file holds {kind}, not rows and columns. Export the data as CSV or .xlsx.',
  legacy_excel: 'This is an old Excel workbook (.xls). Open it and save it as .xlsx or CSV.',
  encrypted_excel: 'This workbook is protected by a password. Save a copy without the password.',
  encrypted_zip: 'This archive is encrypted. Unpack it and import the files inside.',
  zip_without_workbook:
    'This zip archive is not an Excel workbook (it holds {entries}). Unpack it and import the files inside.',
  nested_archive: 'The gzip file holds {kind}. Unpack it and import what is inside.',
  first_line_too_long:
    'The first line is longer than {limit} characters, so this is no table with rows. Check the line ends of the file, or export the data as CSV.',
  truncated_gzip: 'The gzip file ends too early. Copy or download it again.',
  corrupt_gzip: 'The gzip file is damaged ({reason}). Copy or download it again.',
  corrupt_zip: 'The workbook is damaged ({reason}). Open it in Excel and save it again.',
  inflates_too_much:
    'The file unpacks to more than {inflatedBytes} bytes from {compressedBytes}, which looks like an attack. Unpack it yourself and import the result if you trust it.',
  too_many_entries: 'The workbook holds more than {limit} parts. Save only the sheet you need.',
  too_many_columns:
    'The first row has {found} columns; at most {limit} are read. Check what parts the columns, or remove some.',
  field_too_long:
    'A field in row {row} (line {line}, column {column}) is longer than {limit} characters. Shorten it, or check what parts the columns.',
  row_too_long: 'Row {row} (line {line}) is longer than {limit} characters. Check the line ends of the file.',
  quoted_field_too_long:
    'The quoted text that opens in row {row} (line {line}, column {column}) is still open after {limit} characters. A closing quote is probably missing there.',
  quote_not_closed:
    'The quote that opens in row {row} (line {line}, column {column}) is never closed. Add the closing quote there.',
  unknown_encoding: 'The text encoding {encoding} is not known. Choose another one.',
  invalid_bytes:
    'Row {row} (line {line}) holds bytes that are not valid {encoding}. Choose the encoding the file was saved in.',
  other_format:
    'The stored way of reading is for a {expected}, and this file is none. Look at this file again.',
  header_changed:
    'The first row reads {found}, where {expected} was expected. Look at the columns of this file again.',
  unknown_sheet: 'There is no sheet named {sheet}. The workbook has {sheets}.',
  sheet_unreadable: 'The sheet cannot be read: {reason}. Open the workbook and save it again.',
  doctype_refused:
    'The workbook holds a document type declaration, which Excel never writes. It was not read.',
  too_many_shared_strings:
    'The workbook holds more than {limit} {unit} of text. Save the sheet as CSV and import that.',
} as const

export type TabularCode = keyof typeof fileMessages

const notKnown = '?'
const filled = (message: string, params: Params): string =>
  message.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? notKnown))

/** A file that cannot be read, or not further: a code with params for the interface, and a sentence that says what to do. */
export class TabularError extends Error {
  override readonly name = 'TabularError'

  constructor(
    readonly code: TabularCode,
    readonly params: Params = {},
    options?: ErrorOptions,
  ) {
    super(filled(fileMessages[code], params), options)
  }
}
