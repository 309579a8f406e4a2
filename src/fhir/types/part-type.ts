import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, nodeName, NONE, valueOf, type Node } from '../../xml/tree.js';

const PART_TYPE = nameId('partType');

/** The type that the schema fixes for each part of an address or a name (CDA R2, datatypes-base: ADXP, ENXP). */
const FIXED = new Map(
  (
    'city CTY,state STA,postalCode ZIP,country CNT,county CPA,precinct PRE,streetAddressLine SAL,houseNumber BNR,' +
    'houseNumberNumeric BNN,buildingNumberSuffix BNS,direction DIR,streetName STR,streetNameBase STB,' +
    'streetNameType STTYP,unitType UNIT,unitID UNID,additionalLocator ADL,careOf CAR,postBox POB,' +
    'deliveryAddressLine DAL,deliveryInstallationType DINST,deliveryInstallationArea DINSTA,' +
    'deliveryInstallationQualifier DINSTQ,deliveryMode DMOD,deliveryModeIdentifier DMODID,' +
    'family FAM,given GIV,prefix PFX,suffix SFX'
  )
    .split(',')
    .map((pair) => pair.split(' ') as [name: string, kind: string]),
);

/** Marks a partType as used if it only repeats the name of its element. Any other one is left to the ledger. */
export function usePartType({ tree, journal }: Reading, part: Node): void {
  const fact = attribute(tree, part, PART_TYPE);
  if (fact !== NONE && valueOf(tree, fact).trim() === FIXED.get(nodeName(tree, part))) journal.used(fact);
}
