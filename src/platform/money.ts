/**
 * ISO 4217 codes by the digits of their minor unit: those in use, and those that ended since 2015, which older files
 * name. Written down because runtimes differ: ICU gives the digits of everyday cash, other ones in each version.
 * Source: ISO 4217 list one (active) and list three (historic), https://www.six-group.com/en/products-services/financial-information/data-standards.html
 */
const codesByDigits: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BYR'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    ANG BGN CUC HRK LTL MRO SLL STD VEF ZWL`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

const digitsOf: ReadonlyMap<string, number> = new Map(
  codesByDigits.flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, digits] as const)),
)

/** Decimal digits of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD; 2 for a code that is none. */
export const minorDigits = (currency: string): number => digitsOf.get(currency) ?? 2

/** ISO 4217 codes that amounts may be in. */
export const currencies: ReadonlySet<string> = new Set([...digitsOf.keys()].sort())

/** Currencies whose minor unit is not a hundredth, with their digits: SQL treats all others as 2. */
export const unusualDigits: readonly Readonly<{ currency: string; digits: number }>[] = [...digitsOf]
  .map(([currency, digits]) => ({ currency, digits }))
  .filter(({ digits }) => digits !== 2)
