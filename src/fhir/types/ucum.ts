/** The URI of UCUM in FHIR (FHIR R4 4.3.14): the only system that Cairn gives a unit itself. */
export const UCUM = 'http://unitsofmeasure.org';
