/** The URI of UCUM in FHIR (FHIR R4 4.3.14). It is the only system that Cairn itself gives to a unit. */
export const UCUM = 'http://unitsofmeasure.org';
