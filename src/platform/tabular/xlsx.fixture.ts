import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipPart {
  name: string
  content: string | Buffer
  /** Written to the directory instead of the true values, to make damaged archives. */
  forged?: { size?: number; checksum?: number; flags?: number }
}

/** Writes a zip archive with deflated parts. */
export const zipFile = (parts: ZipPart[]): Buffer => {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, forged } of parts) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(forged?.flags ?? 0, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(0x21, 8)
    fields.writeUInt32LE(forged?.checksum ?? crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(forged?.size ?? bytes.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name)])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, tail, Buffer.from(name))
    local.push(head, packed)
    offset += head.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

export interface SheetFixture {
  name: string
  /** The content of <sheetData>. */
  rows: string
  state?: string
}

export interface WorkbookFixture {
  sheets: SheetFixture[]
  /** <si> elements. */
  sharedStrings?: string
  /** Number format ids of the cell styles, in order. */
  formatIds?: number[]
  /** Custom formats by id. */
  formats?: Record<number, string>
  date1904?: boolean
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

/** The parts of a minimal workbook, as Excel names them. */
export const workbookParts = (workbook: WorkbookFixture): ZipPart[] => [
  {
    name: 'xl/workbook.xml',
    content: `${xml}<workbook ${main} xmlns:r="r"><workbookPr date1904="${workbook.date1904 ? 1 : 0}"/><sheets>${workbook.sheets
      .map(
        ({ name, state }, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}" ${state ? `state="${state}"` : ''}/>`,
      )
      .join('')}</sheets></workbook>`,
  },
  {
    name: 'xl/_rels/workbook.xml.rels',
    content: `${xml}<Relationships>${workbook.sheets
      .map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}</Relationships>`,
  },
  {
    name: 'xl/styles.xml',
    content: `${xml}<styleSheet ${main}><numFmts>${Object.entries(workbook.formats ?? {})
      .map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${(
      workbook.formatIds ?? [0]
    )
      .map((id) => `<xf numFmtId="${id}"/>`)
      .join('')}</cellXfs></styleSheet>`,
  },
  { name: 'xl/sharedStrings.xml', content: `${xml}<sst ${main}>${workbook.sharedStrings ?? ''}</sst>` },
  ...workbook.sheets.map(({ rows }, i) => ({
    name: `xl/worksheets/sheet${i + 1}.xml`,
    content: `${xml}<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`,
  })),
]

export const workbookFile = (workbook: WorkbookFixture): Buffer => zipFile(workbookParts(workbook))
