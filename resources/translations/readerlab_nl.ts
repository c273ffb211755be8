<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="nl" sourcelanguage="en">
<context>
    <name>AboutOverlay</name>
    <message>
        <source>About ReaderLab</source>
        <translation>Over ReaderLab</translation>
    </message>
    <message>
        <source>Apache License 2.0. The typeface Inter: SIL Open Font License 1.1.</source>
        <translation>Apache License 2.0. Het lettertype Inter: SIL Open Font License 1.1.</translation>
    </message>
    <message>
        <source>Built on</source>
        <translation>Gebouwd op</translation>
    </message>
    <message>
        <source>Esc closes</source>
        <translation>Esc sluit</translation>
    </message>
    <message>
        <source>Research use, not for diagnosis.</source>
        <translation>Voor onderzoek, niet voor diagnostiek.</translation>
    </message>
    <message>
        <source>The reading workstation of an AI learning lab. No medical device.</source>
        <translation>Het beoordelingswerkstation van een AI-leerlab. Geen medisch hulpmiddel.</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>Versie {version}</translation>
    </message>
</context>
<context>
    <name>AnswerButton</name>
    <message>
        <source>{answer}, key {key}</source>
        <translation>{answer}, toets {key}</translation>
    </message>
</context>
<context>
    <name>AnswerTable</name>
    <message>
        <source>● confirmed before</source>
        <translation>● eerder bevestigd</translation>
    </message>
</context>
<context>
    <name>Answers</name>
    <message numerus="yes">
        <source>%n mark(s)</source>
        <translation>
            <numerusform>%n markering</numerusform>
            <numerusform>%n markeringen</numerusform>
        </translation>
    </message>
    <message>
        <source>A whole number, without a point or a comma.</source>
        <translation>Een geheel getal, zonder punt of komma.</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Accepteren</translation>
    </message>
    <message>
        <source>At most {count} digits after the point.</source>
        <translation>Hoogstens {count} cijfers achter de punt.</translation>
    </message>
    <message>
        <source>Digits only, with a point or a comma.</source>
        <translation>Alleen cijfers, met een punt of een komma.</translation>
    </message>
    <message>
        <source>Don&apos;t know</source>
        <translation>Weet ik niet</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Modify</source>
        <translation>Wijzigen</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nee</translation>
    </message>
    <message>
        <source>No less than {limit}.</source>
        <translation>Niet minder dan {limit}.</translation>
    </message>
    <message>
        <source>No more than {limit}.</source>
        <translation>Niet meer dan {limit}.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Geen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerpen</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>finding {number}</source>
        <translation>bevinding {number}</translation>
    </message>
    <message>
        <source>left side</source>
        <translation>linkerzijde</translation>
    </message>
    <message>
        <source>mark {number}</source>
        <translation>markering {number}</translation>
    </message>
    <message>
        <source>place {number}</source>
        <translation>plaats {number}</translation>
    </message>
    <message>
        <source>right side</source>
        <translation>rechterzijde</translation>
    </message>
    <message>
        <source>{value} of {points}</source>
        <translation>{value} van {points}</translation>
    </message>
</context>
<context>
    <name>ArrivalBoard</name>
    <message numerus="yes">
        <source>%n more exam(s) waiting</source>
        <translation>
            <numerusform>nog %n onderzoek wacht</numerusform>
            <numerusform>nog %n onderzoeken wachten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Arriving: %n slice(s)</source>
        <translation>
            <numerusform>Komt binnen: %n coupe</numerusform>
            <numerusform>Komt binnen: %n coupes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Complete: %n slice(s)</source>
        <translation>
            <numerusform>Compleet: %n coupe</numerusform>
            <numerusform>Compleet: %n coupes</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting for the scanner …</source>
        <translation>Wacht op de scanner …</translation>
    </message>
</context>
<context>
    <name>BetweenCases</name>
    <message>
        <source>Go on reading   ⏎</source>
        <translation>Verder beoordelen   ⏎</translation>
    </message>
</context>
<context>
    <name>BreakPage</name>
    <message>
        <source>A break</source>
        <translation>Pauze</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Verder beoordelen</translation>
    </message>
    <message>
        <source>Go on reading   ⏎</source>
        <translation>Verder beoordelen   ⏎</translation>
    </message>
    <message>
        <source>Look into the distance, stand up, stretch. Nothing is timed now.</source>
        <translation>Kijk in de verte, sta op, strek u uit. De tijd loopt nu niet mee.</translation>
    </message>
    <message>
        <source>You can go on in {seconds} s.</source>
        <translation>U kunt verder over {seconds} s.</translation>
    </message>
    <message>
        <source>{done} of {count} cases are read.</source>
        <translation>{done} van {count} casussen zijn beoordeeld.</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation>
            <numerusform>nog %n vraag open</numerusform>
            <numerusform>nog %n vragen open</numerusform>
        </translation>
    </message>
    <message>
        <source>Hang up</source>
        <translation>Ophangen</translation>
    </message>
    <message>
        <source>Hang up   ⏎</source>
        <translation>Ophangen   ⏎</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>Telefoon</translation>
    </message>
</context>
<context>
    <name>CardDesk</name>
    <message>
        <source>There is no model card for this AI.</source>
        <translation>Voor deze AI is er geen modelkaart.</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Finding {number}</source>
        <translation>Bevinding {number}</translation>
    </message>
    <message>
        <source>Findings of the AI</source>
        <translation>Bevindingen van de AI</translation>
    </message>
    <message>
        <source>Go to {place}</source>
        <translation>Naar {place}</translation>
    </message>
    <message>
        <source>Place {number}</source>
        <translation>Plaats {number}</translation>
    </message>
    <message>
        <source>Places that are pointed out</source>
        <translation>Aangewezen plaatsen</translation>
    </message>
</context>
<context>
    <name>CaseCard</name>
    <message>
        <source>Nothing is said of this case.</source>
        <translation>Over deze casus wordt niets gezegd.</translation>
    </message>
    <message>
        <source>Picture of {case}. {words}</source>
        <translation>Afbeelding van {case}. {words}</translation>
    </message>
    <message>
        <source>Planted on purpose: {what}</source>
        <translation>Opzettelijk ingebracht: {what}</translation>
    </message>
    <message>
        <source>Your time over the images</source>
        <translation>Uw tijd bij de beelden</translation>
    </message>
    <message>
        <source>practice, not counted</source>
        <translation>oefening, telt niet mee</translation>
    </message>
</context>
<context>
    <name>CaseDesk</name>
    <message>
        <source>Put the case&apos;s images in place, then try again.</source>
        <translation>Zet de beelden van de casus op hun plaats en probeer het opnieuw.</translation>
    </message>
    <message>
        <source>There is no image in this case.</source>
        <translation>Deze casus bevat geen beelden.</translation>
    </message>
</context>
<context>
    <name>CaseStage</name>
    <message numerus="yes">
        <source>%n files of this case can&apos;t be read. The last: {problem}</source>
        <translation>
            <numerusform>%n bestand van deze casus is niet te lezen. Het laatste: {problem}</numerusform>
            <numerusform>%n bestanden van deze casus zijn niet te lezen. Het laatste: {problem}</numerusform>
        </translation>
    </message>
    <message>
        <source>No further series. Drag one here.</source>
        <translation>Geen verdere series. Sleep er een hierheen.</translation>
    </message>
    <message>
        <source>This is the first series.</source>
        <translation>Dit is de eerste serie.</translation>
    </message>
    <message>
        <source>This is the last series.</source>
        <translation>Dit is de laatste serie.</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Check of the eye tracker</source>
        <translation>Controle van de eyetracker</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Current</source>
        <translation>Huidig</translation>
    </message>
    <message>
        <source>Current {day}</source>
        <translation>Huidig {day}</translation>
    </message>
    <message>
        <source>Current, date unknown</source>
        <translation>Huidig, datum onbekend</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Sleutel</translation>
    </message>
    <message>
        <source>Key image</source>
        <translation>Sleutelbeeld</translation>
    </message>
    <message>
        <source>PRIOR {day}</source>
        <translation>VORIG {day}</translation>
    </message>
    <message>
        <source>PRIOR {day} · {ago}</source>
        <translation>VORIG {day} · {ago}</translation>
    </message>
</context>
<context>
    <name>ChoicesField</name>
    <message numerus="yes">
        <source>At least %n of these.</source>
        <translation>
            <numerusform>Minstens %n van deze.</numerusform>
            <numerusform>Minstens %n van deze.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No more than %n of these can be taken.</source>
        <translation>
            <numerusform>Hoogstens %n van deze kan worden gekozen.</numerusform>
            <numerusform>Hoogstens %n van deze kunnen worden gekozen.</numerusform>
        </translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Geen van deze</translation>
    </message>
</context>
<context>
    <name>CineDesk</name>
    <message>
        <source>Plays round and round.</source>
        <translation>Speelt steeds rond.</translation>
    </message>
    <message>
        <source>Plays to and fro.</source>
        <translation>Speelt heen en weer.</translation>
    </message>
    <message>
        <source>There is nothing to play: this series has one image.</source>
        <translation>Er is niets af te spelen: deze serie heeft één beeld.</translation>
    </message>
    <message>
        <source>Will play {n} images a second.</source>
        <translation>Zal {n} beelden per seconde afspelen.</translation>
    </message>
    <message>
        <source>{asked} images a second round and round, starting</source>
        <translation>{asked} beelden per seconde, steeds rond, start</translation>
    </message>
    <message>
        <source>{asked} images a second round and round, {shown} shown</source>
        <translation>{asked} beelden per seconde, steeds rond, {shown} getoond</translation>
    </message>
    <message>
        <source>{asked} images a second to and fro, starting</source>
        <translation>{asked} beelden per seconde, heen en weer, start</translation>
    </message>
    <message>
        <source>{asked} images a second to and fro, {shown} shown</source>
        <translation>{asked} beelden per seconde, heen en weer, {shown} getoond</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>10 images back</source>
        <translation>10 beelden terug</translation>
    </message>
    <message>
        <source>10 images on</source>
        <translation>10 beelden verder</translation>
    </message>
    <message>
        <source>A pointer that keys move, for probes, marks and measuring</source>
        <translation>Aanwijzer met toetsen, voor meetwaarden, markeringen en meten</translation>
    </message>
    <message>
        <source>A tenth of the stack back</source>
        <translation>Een tiende van de stapel terug</translation>
    </message>
    <message>
        <source>A tenth of the stack on</source>
        <translation>Een tiende van de stapel verder</translation>
    </message>
    <message>
        <source>AI</source>
        <translation>AI</translation>
    </message>
    <message>
        <source>About ReaderLab</source>
        <translation>Over ReaderLab</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Hoek</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antwoorden</translation>
    </message>
    <message>
        <source>Arrow with a text</source>
        <translation>Pijl met tekst</translation>
    </message>
    <message>
        <source>Axial plane</source>
        <translation>Axiaal vlak</translation>
    </message>
    <message>
        <source>Axial, coronal and sagittal side by side</source>
        <translation>Axiaal, coronaal en sagittaal naast elkaar</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Kader</translation>
    </message>
    <message>
        <source>Brighten the interface</source>
        <translation>Bediening lichter</translation>
    </message>
    <message>
        <source>Brighter</source>
        <translation>Lichter</translation>
    </message>
    <message>
        <source>Brush through slices, within a range of values</source>
        <translation>Penseel door coupes heen, binnen een waardenbereik</translation>
    </message>
    <message>
        <source>Brush: begin another segment</source>
        <translation>Penseel: een volgend segment beginnen</translation>
    </message>
    <message>
        <source>Brush: correct a segmentation</source>
        <translation>Penseel: een segmentatie corrigeren</translation>
    </message>
    <message>
        <source>Choose a window by name</source>
        <translation>Venster op naam kiezen</translation>
    </message>
    <message>
        <source>Choose any layout up to 4 × 4</source>
        <translation>Een indeling tot 4 × 4 kiezen</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klikken</translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation>Cobb-hoek</translation>
    </message>
    <message>
        <source>Confirm the answers and go on</source>
        <translation>Antwoorden bevestigen en verdergaan</translation>
    </message>
    <message>
        <source>Consecutive images of one series in all viewports, or stacks</source>
        <translation>Opeenvolgende beelden van één serie in alle beeldvensters, of stapels</translation>
    </message>
    <message>
        <source>Coronal plane</source>
        <translation>Coronaal vlak</translation>
    </message>
    <message>
        <source>Crosshair: one place in every plane; drag its arms to cut obliquely</source>
        <translation>Dradenkruis: één plaats in elk vlak; sleep de armen voor een schuin vlak</translation>
    </message>
    <message>
        <source>DICOM tags of this image</source>
        <translation>DICOM-tags van dit beeld</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>Donkerder</translation>
    </message>
    <message>
        <source>Dim the interface, never the images</source>
        <translation>Bediening donkerder, nooit de beelden</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Dubbelklikken</translation>
    </message>
    <message>
        <source>Eight viewports</source>
        <translation>Acht beeldvensters</translation>
    </message>
    <message>
        <source>Ellipse: area, mean, spread</source>
        <translation>Ellips: oppervlakte, gemiddelde, spreiding</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>Vergroten</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Gum</translation>
    </message>
    <message>
        <source>Exchange black and white</source>
        <translation>Zwart en wit omkeren</translation>
    </message>
    <message>
        <source>Fifth window for this modality</source>
        <translation>Vijfde venster voor deze modaliteit</translation>
    </message>
    <message>
        <source>Filter: none, smooth, sharpen</source>
        <translation>Filter: geen, verzachten, verscherpen</translation>
    </message>
    <message>
        <source>First image</source>
        <translation>Eerste beeld</translation>
    </message>
    <message>
        <source>First window for this modality</source>
        <translation>Eerste venster voor deze modaliteit</translation>
    </message>
    <message>
        <source>Fit the image</source>
        <translation>Beeld passend maken</translation>
    </message>
    <message>
        <source>Four viewports</source>
        <translation>Vier beeldvensters</translation>
    </message>
    <message>
        <source>Fourth window for this modality</source>
        <translation>Vierde venster voor deze modaliteit</translation>
    </message>
    <message>
        <source>Freehand outline: area, mean, spread</source>
        <translation>Vrije omtrek: oppervlakte, gemiddelde, spreiding</translation>
    </message>
    <message>
        <source>Full screen, or a window</source>
        <translation>Volledig scherm, of een venster</translation>
    </message>
    <message>
        <source>Go to the next AI finding</source>
        <translation>Naar de volgende AI-bevinding</translation>
    </message>
    <message>
        <source>Go to the next measurement</source>
        <translation>Naar de volgende meting</translation>
    </message>
    <message>
        <source>Go to the previous AI finding</source>
        <translation>Naar de vorige AI-bevinding</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hulp</translation>
    </message>
    <message>
        <source>Hide all AI while held</source>
        <translation>Alle AI verbergen zolang ingedrukt</translation>
    </message>
    <message>
        <source>Higher threshold of the first AI layer that has one</source>
        <translation>Hogere drempel van de eerste AI-laag die er een heeft</translation>
    </message>
    <message>
        <source>Histogram of this image</source>
        <translation>Histogram van dit beeld</translation>
    </message>
    <message>
        <source>How true this picture is</source>
        <translation>Hoe getrouw dit beeld is</translation>
    </message>
    <message>
        <source>Images in a window of their own on the next screen, or back</source>
        <translation>Beelden in een eigen venster op het volgende scherm, of terug</translation>
    </message>
    <message>
        <source>Interpolation: smooth, linear, nearest</source>
        <translation>Interpolatie: vloeiend, lineair, dichtstbijzijnd</translation>
    </message>
    <message>
        <source>Keep the present offset between linked stacks, or none</source>
        <translation>Huidige verschuiving tussen gekoppelde stapels behouden, of geen</translation>
    </message>
    <message>
        <source>Keep this window as your own 1</source>
        <translation>Dit venster bewaren als eigen venster 1</translation>
    </message>
    <message>
        <source>Keep this window as your own 2</source>
        <translation>Dit venster bewaren als eigen venster 2</translation>
    </message>
    <message>
        <source>Keep this window as your own 3</source>
        <translation>Dit venster bewaren als eigen venster 3</translation>
    </message>
    <message>
        <source>Keep this window as your own 4</source>
        <translation>Dit venster bewaren als eigen venster 4</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Groter penseel</translation>
    </message>
    <message>
        <source>Last image</source>
        <translation>Laatste beeld</translation>
    </message>
    <message>
        <source>Lay another series over this one in colour, or take it away</source>
        <translation>Een andere serie in kleur over deze leggen, of weghalen</translation>
    </message>
    <message>
        <source>Lay the next series that fits over this one</source>
        <translation>De volgende passende serie over deze leggen</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Indeling</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Lengte</translation>
    </message>
    <message>
        <source>Less of the first AI layer that can fade</source>
        <translation>Minder van de eerste AI-laag die vervaagd kan worden</translation>
    </message>
    <message>
        <source>Less of the series on top</source>
        <translation>Minder van de bovenste serie</translation>
    </message>
    <message>
        <source>Link scrolling</source>
        <translation>Scrollen koppelen</translation>
    </message>
    <message>
        <source>Link windows</source>
        <translation>Vensters koppelen</translation>
    </message>
    <message>
        <source>Link zoom and position</source>
        <translation>Zoom en positie koppelen</translation>
    </message>
    <message>
        <source>Longest and shortest diameter</source>
        <translation>Langste en kortste diameter</translation>
    </message>
    <message>
        <source>Look at the case before again, where the protocol lets you</source>
        <translation>De vorige casus nog eens bekijken, waar het protocol dat toelaat</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Opzoeken</translation>
    </message>
    <message>
        <source>Lower threshold of the first AI layer that has one</source>
        <translation>Lagere drempel van de eerste AI-laag die er een heeft</translation>
    </message>
    <message>
        <source>Magnifier glass while held</source>
        <translation>Loep zolang ingedrukt</translation>
    </message>
    <message>
        <source>Make this a key image, or no longer</source>
        <translation>Sleutelbeeld maken, of niet langer</translation>
    </message>
    <message>
        <source>Mark with every click, on or off</source>
        <translation>Markeren met elke klik, aan of uit</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>Markeringen</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Meten</translation>
    </message>
    <message>
        <source>Menu of windows and tools</source>
        <translation>Menu met vensters en gereedschap</translation>
    </message>
    <message>
        <source>Mirror left and right</source>
        <translation>Links en rechts spiegelen</translation>
    </message>
    <message>
        <source>Mirror top and bottom</source>
        <translation>Boven en onder spiegelen</translation>
    </message>
    <message>
        <source>More of the first AI layer that can fade</source>
        <translation>Meer van de eerste AI-laag die vervaagd kan worden</translation>
    </message>
    <message>
        <source>More of the series on top</source>
        <translation>Meer van de bovenste serie</translation>
    </message>
    <message>
        <source>Move the image down</source>
        <translation>Beeld omlaag verschuiven</translation>
    </message>
    <message>
        <source>Move the image left</source>
        <translation>Beeld naar links verschuiven</translation>
    </message>
    <message>
        <source>Move the image right</source>
        <translation>Beeld naar rechts verschuiven</translation>
    </message>
    <message>
        <source>Move the image up</source>
        <translation>Beeld omhoog verschuiven</translation>
    </message>
    <message>
        <source>Name the selected measurement</source>
        <translation>Gekozen meting een naam geven</translation>
    </message>
    <message>
        <source>Narrower window</source>
        <translation>Smaller venster</translation>
    </message>
    <message>
        <source>Narrower window of the series on top</source>
        <translation>Smaller venster van de bovenste serie</translation>
    </message>
    <message>
        <source>Next colour map</source>
        <translation>Volgende kleurenschaal</translation>
    </message>
    <message>
        <source>Next colour of the selected measurement</source>
        <translation>Volgende kleur van de gekozen meting</translation>
    </message>
    <message>
        <source>Next hanging</source>
        <translation>Volgende hanging</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>Volgend beeld</translation>
    </message>
    <message>
        <source>Next image with an AI overlay</source>
        <translation>Volgend beeld met een AI-laag</translation>
    </message>
    <message>
        <source>Next key image</source>
        <translation>Volgend sleutelbeeld</translation>
    </message>
    <message>
        <source>Next presentation state of this series, or none</source>
        <translation>Volgende presentatiestatus van deze serie, of geen</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Volgende serie</translation>
    </message>
    <message>
        <source>Next viewport</source>
        <translation>Volgend beeldvenster</translation>
    </message>
    <message>
        <source>Nine viewports</source>
        <translation>Negen beeldvensters</translation>
    </message>
    <message>
        <source>One image pixel per screen pixel</source>
        <translation>Eén beeldpixel per schermpixel</translation>
    </message>
    <message>
        <source>One step back: puts away a tool, a card, whatever is on</source>
        <translation>Een stap terug: bergt een gereedschap, een kaart of wat aan staat op</translation>
    </message>
    <message>
        <source>One step down</source>
        <translation>Eén stap omlaag</translation>
    </message>
    <message>
        <source>One step left</source>
        <translation>Eén stap naar links</translation>
    </message>
    <message>
        <source>One step right</source>
        <translation>Eén stap naar rechts</translation>
    </message>
    <message>
        <source>One step up</source>
        <translation>Eén stap omhoog</translation>
    </message>
    <message>
        <source>One viewport</source>
        <translation>Eén beeldvenster</translation>
    </message>
    <message>
        <source>One viewport alone, and back</source>
        <translation>Eén beeldvenster alleen, en terug</translation>
    </message>
    <message>
        <source>Pause: blank the images, stop the clock</source>
        <translation>Pauze: beelden leeg, klok stil</translation>
    </message>
    <message>
        <source>Pick up the telephone</source>
        <translation>De telefoon opnemen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Beeld</translation>
    </message>
    <message>
        <source>Place a mark under the pointer</source>
        <translation>Markering bij de aanwijzer plaatsen</translation>
    </message>
    <message>
        <source>Planes</source>
        <translation>Vlakken</translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation>Sneller afspelen</translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation>Langzamer afspelen</translation>
    </message>
    <message>
        <source>Play the times of a slice, or the slices of a stack</source>
        <translation>De tijdstippen van een coupe afspelen, of de coupes van een stapel</translation>
    </message>
    <message>
        <source>Play to and fro, or round and round</source>
        <translation>Heen en weer afspelen, of rond</translation>
    </message>
    <message>
        <source>Play, or stop</source>
        <translation>Afspelen, of stoppen</translation>
    </message>
    <message>
        <source>Point with a confidence</source>
        <translation>Punt met zekerheid</translation>
    </message>
    <message>
        <source>Pointer</source>
        <translation>Aanwijzer</translation>
    </message>
    <message>
        <source>Polygon: area, mean, spread</source>
        <translation>Veelhoek: oppervlakte, gemiddelde, spreiding</translation>
    </message>
    <message>
        <source>Preferences: language, size of type, mouse, windows</source>
        <translation>Voorkeuren: taal, tekstgrootte, muis, vensters</translation>
    </message>
    <message>
        <source>Presentation</source>
        <translation>Presentatie</translation>
    </message>
    <message>
        <source>Press and hold, or let go</source>
        <translation>Indrukken en vasthouden, of loslaten</translation>
    </message>
    <message>
        <source>Previous hanging</source>
        <translation>Vorige hanging</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>Vorig beeld</translation>
    </message>
    <message>
        <source>Previous image with an AI overlay</source>
        <translation>Vorig beeld met een AI-laag</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Vorige serie</translation>
    </message>
    <message>
        <source>Reading list</source>
        <translation>Werklijst</translation>
    </message>
    <message>
        <source>Rectangle: area, mean, spread</source>
        <translation>Rechthoek: oppervlakte, gemiddelde, spreiding</translation>
    </message>
    <message>
        <source>Redo it</source>
        <translation>Opnieuw uitvoeren</translation>
    </message>
    <message>
        <source>Reference lines of the other viewports</source>
        <translation>Referentielijnen van de andere beeldvensters</translation>
    </message>
    <message>
        <source>Remove the selected mark</source>
        <translation>Gekozen markering verwijderen</translation>
    </message>
    <message>
        <source>Remove the selected measurement</source>
        <translation>Gekozen meting verwijderen</translation>
    </message>
    <message>
        <source>Reset window, zoom and position</source>
        <translation>Venster, zoom en positie herstellen</translation>
    </message>
    <message>
        <source>Rulers along the edges</source>
        <translation>Linialen langs de randen</translation>
    </message>
    <message>
        <source>Sagittal plane</source>
        <translation>Sagittaal vlak</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>Scrollen</translation>
    </message>
    <message>
        <source>Second window for this modality</source>
        <translation>Tweede venster voor deze modaliteit</translation>
    </message>
    <message>
        <source>Select the next mark</source>
        <translation>Volgende markering kiezen</translation>
    </message>
    <message>
        <source>Select the previous mark</source>
        <translation>Vorige markering kiezen</translation>
    </message>
    <message>
        <source>Series on top brighter</source>
        <translation>Bovenste serie lichter</translation>
    </message>
    <message>
        <source>Series on top darker</source>
        <translation>Bovenste serie donkerder</translation>
    </message>
    <message>
        <source>Show or hide AI layer 1</source>
        <translation>AI-laag 1 tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide AI layer 2</source>
        <translation>AI-laag 2 tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide AI layer 3</source>
        <translation>AI-laag 3 tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide AI layer 4</source>
        <translation>AI-laag 4 tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide the corner texts</source>
        <translation>Hoekteksten tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide the list of measurements</source>
        <translation>Lijst van metingen tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide the panel of AI layers</source>
        <translation>Paneel met AI-lagen tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide the reading list over the images</source>
        <translation>De werklijst over de beelden tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide the series list</source>
        <translation>Serielijst tonen of verbergen</translation>
    </message>
    <message>
        <source>Show or hide what the files draw over images</source>
        <translation>Wat de bestanden over beelden tekenen, tonen of verbergen</translation>
    </message>
    <message>
        <source>Show the keys</source>
        <translation>De toetsen tonen</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>Verkleinen</translation>
    </message>
    <message>
        <source>Sign out; the sitting can go on later</source>
        <translation>Afmelden; de sessie kan later verdergaan</translation>
    </message>
    <message>
        <source>Six viewports</source>
        <translation>Zes beeldvensters</translation>
    </message>
    <message>
        <source>Sixteen viewports</source>
        <translation>Zestien beeldvensters</translation>
    </message>
    <message>
        <source>Slab: off, brightest, darkest, mean</source>
        <translation>Plak: uit, helderste (MIP), donkerste (MinIP), gemiddelde</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Kleiner penseel</translation>
    </message>
    <message>
        <source>States keep my window and add their graphics only</source>
        <translation>Presentatiestatus behoudt mijn venster en voegt alleen tekeningen toe</translation>
    </message>
    <message>
        <source>Straighten along a curve: click points, a double click ends</source>
        <translation>Recht maken langs een curve: klik punten, dubbelklik eindigt</translation>
    </message>
    <message>
        <source>Subtract the mask of this angiogram, or not</source>
        <translation>Masker van dit angiogram aftrekken, of niet</translation>
    </message>
    <message>
        <source>Ten steps down</source>
        <translation>Tien stappen omlaag</translation>
    </message>
    <message>
        <source>Ten steps left</source>
        <translation>Tien stappen naar links</translation>
    </message>
    <message>
        <source>Ten steps right</source>
        <translation>Tien stappen naar rechts</translation>
    </message>
    <message>
        <source>Ten steps up</source>
        <translation>Tien stappen omhoog</translation>
    </message>
    <message>
        <source>Test pattern for this screen</source>
        <translation>Testbeeld voor dit scherm</translation>
    </message>
    <message>
        <source>The plane of the files</source>
        <translation>Het vlak van de bestanden</translation>
    </message>
    <message>
        <source>The prior beside the current exam, or away</source>
        <translation>Vorig onderzoek naast het huidige, of weg</translation>
    </message>
    <message>
        <source>The same slice at the next time</source>
        <translation>Dezelfde coupe op het volgende tijdstip</translation>
    </message>
    <message>
        <source>The same slice at the time before</source>
        <translation>Dezelfde coupe op het vorige tijdstip</translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation>Dikkere plak</translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation>Dunnere plak</translation>
    </message>
    <message>
        <source>Third window for this modality</source>
        <translation>Derde venster voor deze modaliteit</translation>
    </message>
    <message>
        <source>Three viewports side by side</source>
        <translation>Drie beeldvensters naast elkaar</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>Samen</translation>
    </message>
    <message>
        <source>True size in mm on this screen</source>
        <translation>Ware grootte in mm op dit scherm</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>Draaien</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Linksom draaien</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Rechtsom draaien</translation>
    </message>
    <message>
        <source>Two viewports side by side</source>
        <translation>Twee beeldvensters naast elkaar</translation>
    </message>
    <message>
        <source>Two viewports, one above the other</source>
        <translation>Twee beeldvensters boven elkaar</translation>
    </message>
    <message>
        <source>Undo the last answer, until it is confirmed</source>
        <translation>Laatste antwoord ongedaan maken, tot het bevestigd is</translation>
    </message>
    <message>
        <source>Undo the last change to measurements</source>
        <translation>Laatste wijziging van metingen ongedaan maken</translation>
    </message>
    <message>
        <source>Wider window</source>
        <translation>Breder venster</translation>
    </message>
    <message>
        <source>Wider window of the series on top</source>
        <translation>Breder venster van de bovenste serie</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Venster</translation>
    </message>
    <message>
        <source>Window from a region that you draw</source>
        <translation>Venster uit een getekend gebied</translation>
    </message>
    <message>
        <source>Window from the file</source>
        <translation>Venster uit het bestand</translation>
    </message>
    <message>
        <source>Window from this image</source>
        <translation>Venster uit dit beeld</translation>
    </message>
    <message>
        <source>Window of your own 1</source>
        <translation>Eigen venster 1</translation>
    </message>
    <message>
        <source>Window of your own 2</source>
        <translation>Eigen venster 2</translation>
    </message>
    <message>
        <source>Window of your own 3</source>
        <translation>Eigen venster 3</translation>
    </message>
    <message>
        <source>Window of your own 4</source>
        <translation>Eigen venster 4</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>Werkstation</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
</context>
<context>
    <name>ConfidenceKeys</name>
    <message>
        <source>confidence {lowest} to {highest}?</source>
        <translation>zekerheid {lowest} tot {highest}?</translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation>
            <numerusform>Nog %n vraag open</numerusform>
            <numerusform>Nog %n vragen open</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n question(s) still open, available in {seconds} s</source>
        <translation>
            <numerusform>Nog %n vraag open, beschikbaar over {seconds} s</numerusform>
            <numerusform>Nog %n vragen open, beschikbaar over {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Available in {seconds} s</source>
        <translation>Beschikbaar over {seconds} s</translation>
    </message>
    <message>
        <source>Confirm   ⏎</source>
        <translation>Bevestigen   ⏎</translation>
    </message>
    <message>
        <source>Confirm the answers</source>
        <translation>De antwoorden bevestigen</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Opgeslagen</translation>
    </message>
    <message>
        <source>Saving is taking longer than usual …</source>
        <translation>Opslaan duurt langer dan gewoonlijk …</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Bezig met opslaan …</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>AI ›</source>
        <translation>AI ›</translation>
    </message>
    <message>
        <source>Case ›</source>
        <translation>Casus ›</translation>
    </message>
    <message>
        <source>Decision ›</source>
        <translation>Besluit ›</translation>
    </message>
    <message>
        <source>Event ›</source>
        <translation>Voorval ›</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>Sneller</translation>
    </message>
    <message>
        <source>Gaze</source>
        <translation>Blik</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pauze</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Afspelen</translation>
    </message>
    <message>
        <source>Pointer</source>
        <translation>Aanwijzer</translation>
    </message>
    <message>
        <source>Skip idle</source>
        <translation>Zonder stilte</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>Trager</translation>
    </message>
    <message>
        <source>Truth</source>
        <translation>Waarheid</translation>
    </message>
    <message>
        <source>{0}  Space</source>
        <translation>{0}  Space</translation>
    </message>
</context>
<context>
    <name>CoordinatorPage</name>
    <message>
        <source>At least 12 characters; some words in a row are easy to keep in mind.</source>
        <translation>Minstens 12 tekens; een paar woorden achter elkaar zijn goed te onthouden.</translation>
    </message>
    <message>
        <source>Coordinator&apos;s desk</source>
        <translation>Coördinatiebureau</translation>
    </message>
    <message>
        <source>Nobody coordinates it yet. You become its first coordinator; from then on the store keeps who does what, when and why, for good.</source>
        <translation>Nog niemand coördineert deze studie. U wordt de eerste coördinator; vanaf dan bewaart de opslag voorgoed wie wat doet, wanneer en waarom.</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>Een ogenblik …</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Wachtwoord</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Wachtwoord nogmaals</translation>
    </message>
    <message>
        <source>Set this study up</source>
        <translation>Deze studie inrichten</translation>
    </message>
    <message>
        <source>Set up and sign in</source>
        <translation>Inrichten en aanmelden</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Aanmelden</translation>
    </message>
    <message>
        <source>Sign in to go on.</source>
        <translation>Meld u aan om verder te gaan.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>De twee wachtwoorden verschillen.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Uw naam</translation>
    </message>
</context>
<context>
    <name>CrosshairDesk</name>
    <message>
        <source>Half resolution while moving.</source>
        <translation>Halve resolutie tijdens bewegen.</translation>
    </message>
    <message>
        <source>No crosshair: this image does not say where in the patient it lies.</source>
        <translation>Geen dradenkruis: dit beeld zegt niet waar in de patiënt het ligt.</translation>
    </message>
</context>
<context>
    <name>CurveDesk</name>
    <message>
        <source>Click along the structure; a double click ends.</source>
        <translation>Klik langs de structuur; een dubbelklik sluit af.</translation>
    </message>
</context>
<context>
    <name>CurvePlot</name>
    <message>
        <source>not enough cases</source>
        <translation>te weinig casussen</translation>
    </message>
</context>
<context>
    <name>Debrief</name>
    <message>
        <source>AI</source>
        <translation>AI</translation>
    </message>
    <message>
        <source>Image {number} of {count}.</source>
        <translation>Beeld {number} van {count}.</translation>
    </message>
    <message>
        <source>Negative: there is no lesion.</source>
        <translation>Negatief: er is geen afwijking.</translation>
    </message>
    <message>
        <source>Not judged</source>
        <translation>Niet beoordeeld</translation>
    </message>
    <message>
        <source>Others: {question}</source>
        <translation>Anderen: {question}</translation>
    </message>
    <message>
        <source>Positive.</source>
        <translation>Positief.</translation>
    </message>
    <message>
        <source>Positive: {lesions}.</source>
        <translation>Positief: {lesions}.</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Juist</translation>
    </message>
    <message>
        <source>The images of this case are no longer there.</source>
        <translation>De beelden van deze casus zijn er niet meer.</translation>
    </message>
    <message>
        <source>The study changed the AI&apos;s category.</source>
        <translation>De studie heeft de categorie van de AI gewijzigd.</translation>
    </message>
    <message>
        <source>The study gave a finding another name than the AI did.</source>
        <translation>De studie heeft een bevinding een andere naam gegeven dan de AI.</translation>
    </message>
    <message>
        <source>The study gave a finding another score than the AI did.</source>
        <translation>De studie heeft een bevinding een andere score gegeven dan de AI.</translation>
    </message>
    <message>
        <source>The study made a finding larger or smaller than the AI had it.</source>
        <translation>De studie heeft een bevinding groter of kleiner gemaakt dan bij de AI.</translation>
    </message>
    <message>
        <source>The study made the AI&apos;s map light up in a wrong place.</source>
        <translation>De studie heeft de kaart van de AI op een verkeerde plaats laten oplichten.</translation>
    </message>
    <message>
        <source>The study moved a finding to where it does not belong.</source>
        <translation>De studie heeft een bevinding verplaatst naar waar die niet hoort.</translation>
    </message>
    <message>
        <source>The study put in a finding where there is nothing.</source>
        <translation>De studie heeft een bevinding ingebracht waar niets is.</translation>
    </message>
    <message>
        <source>The study put in an AI result that knew nothing of this case.</source>
        <translation>De studie heeft een AI-resultaat ingebracht dat niets van deze casus wist.</translation>
    </message>
    <message>
        <source>The study put in another result in place of the AI&apos;s own.</source>
        <translation>De studie heeft een ander resultaat in de plaats van dat van de AI gezet.</translation>
    </message>
    <message>
        <source>The study replaced the AI&apos;s scores with random ones.</source>
        <translation>De studie heeft de scores van de AI door willekeurige vervangen.</translation>
    </message>
    <message>
        <source>The study swapped left and right in what the AI said.</source>
        <translation>De studie heeft links en rechts verwisseld in wat de AI zei.</translation>
    </message>
    <message>
        <source>The study took out a finding, so that the AI missed a lesion.</source>
        <translation>De studie heeft een bevinding weggehaald, zodat de AI een afwijking miste.</translation>
    </message>
    <message>
        <source>Truth</source>
        <translation>Waarheid</translation>
    </message>
    <message>
        <source>Truth, {mm} mm</source>
        <translation>Waarheid, {mm} mm</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Onjuist</translation>
    </message>
    <message>
        <source>You, before AI</source>
        <translation>U, vóór AI</translation>
    </message>
    <message>
        <source>You, with AI</source>
        <translation>U, met AI</translation>
    </message>
    <message>
        <source>You, without AI</source>
        <translation>U, zonder AI</translation>
    </message>
    <message>
        <source>Your mark {number}</source>
        <translation>Uw markering {number}</translation>
    </message>
    <message>
        <source>lesion</source>
        <translation>afwijking</translation>
    </message>
    <message>
        <source>none</source>
        <translation>geen</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>niet beantwoord</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>niet verteld</translation>
    </message>
    <message>
        <source>planted</source>
        <translation>ingebracht</translation>
    </message>
    <message>
        <source>planted AI errors caught</source>
        <translation>ingebrachte AI-fouten onderkend</translation>
    </message>
    <message>
        <source>planted AI errors followed</source>
        <translation>ingebrachte AI-fouten gevolgd</translation>
    </message>
    <message>
        <source>practice</source>
        <translation>oefening</translation>
    </message>
    <message>
        <source>right with AI</source>
        <translation>juist met AI</translation>
    </message>
    <message>
        <source>right without AI</source>
        <translation>juist zonder AI</translation>
    </message>
    <message>
        <source>{name} gave advice in words.</source>
        <translation>{name} gaf advies in woorden.</translation>
    </message>
    <message>
        <source>{name} said neither yes nor no.</source>
        <translation>{name} zei geen ja en geen nee.</translation>
    </message>
    <message>
        <source>{name} said: {assessed}.</source>
        <translation>{name} zei: {assessed}.</translation>
    </message>
    <message numerus="yes">
        <source>{name} showed %n finding(s).</source>
        <translation>
            <numerusform>{name} toonde %n bevinding.</numerusform>
            <numerusform>{name} toonde %n bevindingen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name} showed %n finding(s): {scores}.</source>
        <translation>
            <numerusform>{name} toonde %n bevinding: {scores}.</numerusform>
            <numerusform>{name} toonde %n bevindingen: {scores}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} showed no finding at the threshold of {threshold}.</source>
        <translation>{name} toonde geen bevinding bij de drempel van {threshold}.</translation>
    </message>
    <message>
        <source>{place}: image {number}.</source>
        <translation>{place}: beeld {number}.</translation>
    </message>
    <message>
        <source>{right} of {judged}</source>
        <translation>{right} van {judged}</translation>
    </message>
</context>
<context>
    <name>DebriefPage</name>
    <message>
        <source>Cases of this sitting</source>
        <translation>Casussen van deze sessie</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Afronden</translation>
    </message>
    <message>
        <source>Finish   ⏎</source>
        <translation>Afronden   ⏎</translation>
    </message>
    <message>
        <source>How it went</source>
        <translation>Hoe het ging</translation>
    </message>
    <message>
        <source>↑ ↓ go through the cases</source>
        <translation>↑ ↓ langs de casussen</translation>
    </message>
</context>
<context>
    <name>DecisionPanel</name>
    <message>
        <source>Available in {seconds} s</source>
        <translation>Beschikbaar over {seconds} s</translation>
    </message>
    <message>
        <source>Confirm   ⏎</source>
        <translation>Bevestigen   ⏎</translation>
    </message>
    <message>
        <source>First: {question}</source>
        <translation>Eerst: {question}</translation>
    </message>
</context>
<context>
    <name>DefaultLayers</name>
    <message>
        <source>Advice</source>
        <translation>Advies</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>Oordeel</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Voorbeelden</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Bevindingen</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Kaart</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>Omtrekken</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>Segmenten</translation>
    </message>
</context>
<context>
    <name>DeskSession</name>
    <message>
        <source>Check</source>
        <translation>Controle</translation>
    </message>
</context>
<context>
    <name>DeskWindow</name>
    <message>
        <source>Locked after ten minutes without a key or a click. Nothing is lost.</source>
        <translation>Vergrendeld na tien minuten zonder toets of klik. Er is niets verloren.</translation>
    </message>
    <message>
        <source>Nothing in the store was lost. A report was written beside it.</source>
        <translation>In de opslag is niets verloren. Ernaast is een verslag geschreven.</translation>
    </message>
    <message>
        <source>Open ({mode})</source>
        <translation>Open ({mode})</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pagina’s</translation>
    </message>
    <message>
        <source>ReaderLab coordinator&apos;s desk – research use, not for diagnosis</source>
        <translation>ReaderLab-coördinatiebureau – voor onderzoek, niet voor diagnostiek</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Afmelden</translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab: {what}</source>
        <translation>Er ging iets mis in ReaderLab: {what}</translation>
    </message>
</context>
<context>
    <name>DisplayPage</name>
    <message>
        <source>Brightest luminance</source>
        <translation>Hoogste luminantie</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Sluiten</translation>
    </message>
    <message>
        <source>Darkest luminance</source>
        <translation>Laagste luminantie</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>Beeldscherm</translation>
    </message>
    <message>
        <source>I don&apos;t know</source>
        <translation>Weet ik niet</translation>
    </message>
    <message>
        <source>It follows DICOM&apos;s grey scale (GSDF)</source>
        <translation>Het volgt de grijsschaal van DICOM (GSDF)</translation>
    </message>
    <message>
        <source>Its surfaces have {darkest} to {brightest} of white&apos;s luminance at brightness {brightness}; its text has {text}, a contrast of {contrast} to 1 or more. F7 and F8 dim and brighten it, never the images.</source>
        <translation>De vlakken hebben {darkest} tot {brightest} van de luminantie van wit bij helderheid {brightness}; de tekst heeft {text}, een contrast van minstens {contrast} op 1. F7 en F8 maken de bediening donkerder en lichter, nooit de beelden.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Bewaren</translation>
    </message>
    <message>
        <source>Last checked on</source>
        <translation>Laatst gecontroleerd op</translation>
    </message>
    <message>
        <source>Lay a ruler against the bar and write down how long it is; true size goes by it.</source>
        <translation>Leg een liniaal langs de balk en vul in hoe lang hij is; ware grootte gaat hiervan uit.</translation>
    </message>
    <message>
        <source>Length of the bar</source>
        <translation>Lengte van de balk</translation>
    </message>
    <message>
        <source>Light in the room</source>
        <translation>Licht in de ruimte</translation>
    </message>
    <message>
        <source>Luminance of black</source>
        <translation>Luminantie van zwart</translation>
    </message>
    <message>
        <source>Luminance of white</source>
        <translation>Luminantie van wit</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nee</translation>
    </message>
    <message>
        <source>ReaderLab can&apos;t measure a screen: it keeps what you say.</source>
        <translation>ReaderLab kan een scherm niet meten: het bewaart wat u opgeeft.</translation>
    </message>
    <message>
        <source>Test pattern</source>
        <translation>Testbeeld</translation>
    </message>
    <message>
        <source>The interface</source>
        <translation>De bediening</translation>
    </message>
    <message>
        <source>This screen</source>
        <translation>Dit scherm</translation>
    </message>
    <message>
        <source>What you know of its calibration</source>
        <translation>Wat u weet van de kalibratie</translation>
    </message>
    <message>
        <source>White is brighter than black: the brightest luminance must be the larger one.</source>
        <translation>Wit is helderder dan zwart: de hoogste luminantie moet de grootste zijn.</translation>
    </message>
    <message>
        <source>Write the date of the last check as 2026-11-22, or leave it empty.</source>
        <translation>Schrijf de datum van de laatste controle als 2026-11-22, of laat het veld leeg.</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>its size in mm is not known: measure the bar below</source>
        <translation>de grootte in mm is niet bekend: meet de balk hieronder</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>niet opgegeven</translation>
    </message>
    <message>
        <source>{name}: {pixels} pixels, scale {scale}, {bits} bits; it says {mm} mm; {length}.</source>
        <translation>{name}: {pixels} pixels, schaal {scale}, {bits} bits; volgens het scherm {mm} mm; {length}.</translation>
    </message>
    <message>
        <source>{pixels} logical pixels a mm</source>
        <translation>{pixels} logische pixels per mm</translation>
    </message>
</context>
<context>
    <name>DryRunCard</name>
    <message>
        <source>Dry run</source>
        <translation>Proefloop</translation>
    </message>
    <message>
        <source>Simulated readers read the whole study into a store that is thrown away; its export must be clean. In mode study nothing is released without it.</source>
        <translation>Gesimuleerde beoordelaars lezen de hele studie in een opslag die wordt weggegooid; de export daarvan moet foutloos zijn. In de modus study wordt zonder proefloop niets vrijgegeven.</translation>
    </message>
    <message>
        <source>Start a dry run</source>
        <translation>Proefloop starten</translation>
    </message>
    <message>
        <source>The last dry run of this file, {when}, found problems:</source>
        <translation>De laatste proefdraai van dit bestand, {when}, vond problemen:</translation>
    </message>
    <message>
        <source>This file has not been run dry as it stands.</source>
        <translation>Met dit bestand, zoals het nu is, is nog geen proefloop gedaan.</translation>
    </message>
    <message>
        <source>✓ Clean dry run of this file, {when}</source>
        <translation>✓ Proefdraai van dit bestand zonder fouten, {when}</translation>
    </message>
</context>
<context>
    <name>DwellPlot</name>
    <message>
        <source>AI finding</source>
        <translation>AI-bevinding</translation>
    </message>
    <message>
        <source>Lesion (truth)</source>
        <translation>Afwijking (waarheid)</translation>
    </message>
    <message>
        <source>Time spent on each image</source>
        <translation>Tijd per beeld</translation>
    </message>
    <message>
        <source>Your mark</source>
        <translation>Uw markering</translation>
    </message>
    <message>
        <source>image {number}</source>
        <translation>beeld {number}</translation>
    </message>
    <message>
        <source>longest on image {number}</source>
        <translation>het langst op beeld {number}</translation>
    </message>
    <message>
        <source>{seen} of {count} images seen</source>
        <translation>{seen} van {count} beelden gezien</translation>
    </message>
    <message>
        <source>{what}: image {numbers}</source>
        <translation>{what}: beeld {numbers}</translation>
    </message>
</context>
<context>
    <name>ErrorCanvas</name>
    <message>
        <source>no gaze</source>
        <translation>geen blik</translation>
    </message>
    <message>
        <source>{deg}°  ({px})</source>
        <translation>{deg}°  ({px})</translation>
    </message>
    <message>
        <source>{px} px</source>
        <translation>{px} px</translation>
    </message>
</context>
<context>
    <name>ExamStage</name>
    <message>
        <source>New</source>
        <translation>Nieuw</translation>
    </message>
    <message>
        <source>New · series {n} of {count}</source>
        <translation>Nieuw · serie {n} van {count}</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>Vorige</translation>
    </message>
</context>
<context>
    <name>FarewellPage</name>
    <message>
        <source>A file to keep elsewhere: it shows later that nothing was changed.</source>
        <translation>Een bestand om elders te bewaren: het toont later aan dat er niets is gewijzigd.</translation>
    </message>
    <message>
        <source>Close   ⏎</source>
        <translation>Sluiten   ⏎</translation>
    </message>
    <message>
        <source>Every answer is saved. The cases that are left are read another time.</source>
        <translation>Elk antwoord is opgeslagen. De overige casussen komen een andere keer.</translation>
    </message>
    <message>
        <source>Every answer that was shown as saved is safe. The sitting can go on from here.</source>
        <translation>Elk antwoord dat als opgeslagen werd getoond, is veilig. De sessie kan hier verdergaan.</translation>
    </message>
    <message>
        <source>PDF, to print (*.pdf);;Text, to verify (*.txt)</source>
        <translation>PDF, om af te drukken (*.pdf);;Tekst, om te controleren (*.txt)</translation>
    </message>
    <message>
        <source>Receipt of this sitting</source>
        <translation>Ontvangstbewijs van deze sessie</translation>
    </message>
    <message>
        <source>Save the seal</source>
        <translation>Zegel opslaan</translation>
    </message>
    <message>
        <source>Save the seal …</source>
        <translation>Zegel opslaan …</translation>
    </message>
    <message>
        <source>Saved: {path}</source>
        <translation>Opgeslagen: {path}</translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab. The open case is read again later.</source>
        <translation>Er ging iets mis in ReaderLab. De geopende casus wordt later opnieuw beoordeeld.</translation>
    </message>
    <message>
        <source>Thank you</source>
        <translation>Dank u wel</translation>
    </message>
    <message>
        <source>The sitting is complete, and every answer is saved.</source>
        <translation>De sessie is voltooid en elk antwoord is opgeslagen.</translation>
    </message>
    <message>
        <source>The sitting was stopped</source>
        <translation>De sessie is gestopt</translation>
    </message>
    <message>
        <source>The store could not confirm the end of the sitting.</source>
        <translation>De opslag kon het einde van de sessie niet bevestigen.</translation>
    </message>
    <message>
        <source>Time for today is over</source>
        <translation>De tijd voor vandaag is om</translation>
    </message>
    <message>
        <source>Until later</source>
        <translation>Tot later</translation>
    </message>
</context>
<context>
    <name>Fidelity</name>
    <message>
        <source>blurred layer</source>
        <translation>vervaagde laag</translation>
    </message>
    <message>
        <source>resampled layer</source>
        <translation>geïnterpoleerde laag</translation>
    </message>
    <message>
        <source>{layer}: nothing below {level} is drawn.</source>
        <translation>{layer}: onder {level} wordt niets getekend.</translation>
    </message>
    <message>
        <source>{layer}: nothing smaller than {least} mm across is drawn.</source>
        <translation>{layer}: niets met een doorsnede kleiner dan {least} mm wordt getekend.</translation>
    </message>
    <message>
        <source>{layer}: only findings with a score of {score} or more are drawn.</source>
        <translation>{layer}: alleen bevindingen met een score van {score} of hoger worden getekend.</translation>
    </message>
    <message>
        <source>{layer}: the map was blurred by {sigma} mm.</source>
        <translation>{layer}: de kaart is met {sigma} mm vervaagd.</translation>
    </message>
    <message>
        <source>{layer}: the map&apos;s own grid of {size} mm was resampled to this picture.</source>
        <translation>{layer}: het eigen raster van {size} mm is naar dit beeld geïnterpoleerd.</translation>
    </message>
</context>
<context>
    <name>FidelityDesk</name>
    <message>
        <source>How true this picture is</source>
        <translation>Hoe getrouw dit beeld is</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>Findings of the AI</source>
        <translation>Bevindingen van de AI</translation>
    </message>
    <message>
        <source>both sides</source>
        <translation>beide zijden</translation>
    </message>
    <message>
        <source>category {category}</source>
        <translation>categorie {category}</translation>
    </message>
    <message>
        <source>left</source>
        <translation>links</translation>
    </message>
    <message>
        <source>right</source>
        <translation>rechts</translation>
    </message>
</context>
<context>
    <name>FoundResults</name>
    <message>
        <source>model not named</source>
        <translation>model niet genoemd</translation>
    </message>
    <message>
        <source>{what} – not shown: {why}</source>
        <translation>{what} – niet getoond: {why}</translation>
    </message>
</context>
<context>
    <name>FusionDesk</name>
    <message>
        <source>A series without a name</source>
        <translation>Een serie zonder naam</translation>
    </message>
    <message>
        <source>Lay over this</source>
        <translation>Hier overheen leggen</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Geen</translation>
    </message>
    <message>
        <source>Nothing lies over this series: Alt+F lays one over it.</source>
        <translation>Over deze serie ligt niets: Alt+F legt er een overheen.</translation>
    </message>
    <message>
        <source>This case has no series of another kind to lay over this one.</source>
        <translation>Deze casus heeft geen andersoortige serie om over deze te leggen.</translation>
    </message>
    <message>
        <source>{series} is not laid over this: {reason}.</source>
        <translation>{series} wordt hier niet overheen gelegd: {reason}.</translation>
    </message>
</context>
<context>
    <name>Gaze</name>
    <message>
        <source>Eye trackers are received with pylsl, which is not installed here.</source>
        <translation>Eyetrackers worden ontvangen met pylsl, dat hier niet is geïnstalleerd.</translation>
    </message>
    <message>
        <source>Install it: pip install &apos;readerlab[gaze]&apos;. All else works without.</source>
        <translation>Installeer het: pip install &apos;readerlab[gaze]&apos;. Al het andere werkt ook zonder.</translation>
    </message>
    <message>
        <source>Install liblsl (github.com/sccn/liblsl), or pylsl anew. All else works without.</source>
        <translation>Installeer liblsl (github.com/sccn/liblsl), of pylsl opnieuw. Al het andere werkt ook zonder.</translation>
    </message>
    <message>
        <source>pylsl is installed, and its library liblsl cannot be loaded.</source>
        <translation>pylsl is geïnstalleerd, maar de bibliotheek liblsl ervan kan niet worden geladen.</translation>
    </message>
    <message>
        <source>the same on every station; readers are told before their first case</source>
        <translation>op elk werkstation hetzelfde; beoordelaars horen het vóór hun eerste casus</translation>
    </message>
</context>
<context>
    <name>GraphicsDesk</name>
    <message>
        <source>What the files draw is hidden.</source>
        <translation>Wat de bestanden tekenen, is verborgen.</translation>
    </message>
    <message>
        <source>What the files draw is shown.</source>
        <translation>Wat de bestanden tekenen, is zichtbaar.</translation>
    </message>
</context>
<context>
    <name>HeldWords</name>
    <message numerus="yes">
        <source>Held since the last one that was saved: %n event(s).</source>
        <translation>
            <numerusform>Vastgehouden sinds het laatste dat is opgeslagen: %n gebeurtenis.</numerusform>
            <numerusform>Vastgehouden sinds het laatste dat is opgeslagen: %n gebeurtenissen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave this page open: as soon as the store can be written, all is saved by itself and the receipt comes.</source>
        <translation>Laat deze pagina open: zodra de opslag kan worden beschreven, wordt alles vanzelf opgeslagen en komt het ontvangstbewijs.</translation>
    </message>
    <message>
        <source>They are in memory only, since the emergency journal can&apos;t be written either ({why}): leave ReaderLab open.</source>
        <translation>Dat staat alleen in het geheugen, want ook het noodjournaal kan niet worden geschreven ({why}): laat ReaderLab open.</translation>
    </message>
    <message>
        <source>They are safe in the emergency journal in {folder}, even if power fails.</source>
        <translation>Dat staat veilig in het noodjournaal in {folder}, ook als de stroom uitvalt.</translation>
    </message>
    <message>
        <source>Your last confirmation is among them; it counts as soon as it is saved.</source>
        <translation>Uw laatste bevestiging is erbij; die telt zodra ze is opgeslagen.</translation>
    </message>
</context>
<context>
    <name>HelpOverlay</name>
    <message>
        <source>1 to {points}</source>
        <translation>1 tot en met {points}</translation>
    </message>
    <message>
        <source>? or Esc closes</source>
        <translation>? of Esc sluit</translation>
    </message>
    <message>
        <source>Esc shows all</source>
        <translation>Esc toont alles</translation>
    </message>
    <message>
        <source>Go to it; Esc leaves</source>
        <translation>Erheen; Esc gaat terug</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Toetsen</translation>
    </message>
    <message>
        <source>Mouse, wheel and fingers</source>
        <translation>Muis, wiel en vingers</translation>
    </message>
    <message>
        <source>Search: {words}</source>
        <translation>Zoeken: {words}</translation>
    </message>
    <message>
        <source>Type to search</source>
        <translation>Typ om te zoeken</translation>
    </message>
    <message>
        <source>page {page} of {pages}, ← → turn</source>
        <translation>pagina {page} van {pages}, ← → bladeren</translation>
    </message>
</context>
<context>
    <name>HistogramPlot</name>
    <message>
        <source>Histogram</source>
        <translation>Histogram</translation>
    </message>
    <message>
        <source>There are no grey values to count.</source>
        <translation>Er zijn geen grijswaarden om te tellen.</translation>
    </message>
    <message>
        <source>mean {mean}   SD {spread}   {least} to {most} {units}</source>
        <translation>gem. {mean}   SD {spread}   {least} tot {most} {units}</translation>
    </message>
</context>
<context>
    <name>ImageWindow</name>
    <message>
        <source>Images</source>
        <translation>Beelden</translation>
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Stopping after this step …</source>
        <translation>Stopt na deze stap …</translation>
    </message>
</context>
<context>
    <name>KeyImageDesk</name>
    <message>
        <source>Image {n} is no longer a key image.</source>
        <translation>Beeld {n} is geen sleutelbeeld meer.</translation>
    </message>
    <message>
        <source>Image {n} of the files is a key image.</source>
        <translation>Beeld {n} van de bestanden is een sleutelbeeld.</translation>
    </message>
    <message>
        <source>There is no key image yet.</source>
        <translation>Er is nog geen sleutelbeeld.</translation>
    </message>
</context>
<context>
    <name>LayerDesk</name>
    <message>
        <source>Start it again.</source>
        <translation>Start opnieuw.</translation>
    </message>
    <message>
        <source>This study shows AI, and no AI was prepared.</source>
        <translation>Deze studie toont AI, maar er is geen AI voorbereid.</translation>
    </message>
</context>
<context>
    <name>LayerPanel</name>
    <message>
        <source>AI layers</source>
        <translation>AI-lagen</translation>
    </message>
    <message>
        <source>About {ai}</source>
        <translation>Over {ai}</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Bevindingen</translation>
    </message>
    <message>
        <source>Hold {key} to hide all AI</source>
        <translation>Houd {key} ingedrukt om alle AI te verbergen</translation>
    </message>
    <message>
        <source>Show {layer} of {ai}</source>
        <translation>{layer} van {ai} tonen</translation>
    </message>
    <message>
        <source>{next} next   {previous} previous</source>
        <translation>{next} volgende   {previous} vorige</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>1 finding</source>
        <translation>1 bevinding</translation>
    </message>
    <message>
        <source>Back to the protocol&apos;s threshold, {threshold}</source>
        <translation>Terug naar de drempel van het protocol, {threshold}</translation>
    </message>
    <message>
        <source>Colour map of {layer}</source>
        <translation>Kleurenschaal van {layer}</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Kleuren</translation>
    </message>
    <message>
        <source>Findings with a score below {level} and map values below {level} of the fixed scale are not drawn</source>
        <translation>Bevindingen met een score onder {level} en kaartwaarden onder {level} van de vaste schaal worden niet getekend</translation>
    </message>
    <message>
        <source>Findings with a score below {level} are not drawn</source>
        <translation>Bevindingen met een score onder {level} worden niet getekend</translation>
    </message>
    <message>
        <source>No findings</source>
        <translation>Geen bevindingen</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Dekking</translation>
    </message>
    <message>
        <source>Opacity of {layer}</source>
        <translation>Dekking van {layer}</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Herstel</translation>
    </message>
    <message>
        <source>Reset the threshold of {layer}</source>
        <translation>Drempel van {layer} herstellen</translation>
    </message>
    <message>
        <source>Scale from</source>
        <translation>Schaal vanaf</translation>
    </message>
    <message>
        <source>Score from</source>
        <translation>Score vanaf</translation>
    </message>
    <message>
        <source>Show or hide {layer}</source>
        <translation>{layer} tonen of verbergen</translation>
    </message>
    <message>
        <source>Show {layer}</source>
        <translation>{layer} tonen</translation>
    </message>
    <message>
        <source>Threshold of {layer}</source>
        <translation>Drempel van {layer}</translation>
    </message>
    <message>
        <source>What lies below {level} of the map&apos;s fixed scale is not drawn</source>
        <translation>Wat onder {level} van de vaste schaal van de kaart ligt, wordt niet getekend</translation>
    </message>
    <message>
        <source>finds {found} of 100 lesions</source>
        <translation>vindt {found} van de 100 afwijkingen</translation>
    </message>
    <message>
        <source>{false} false marks per case</source>
        <translation>{false} fout-positieve markeringen per casus</translation>
    </message>
    <message>
        <source>{n} findings</source>
        <translation>{n} bevindingen</translation>
    </message>
    <message>
        <source>{shown} of 1 finding shown</source>
        <translation>{shown} van 1 bevinding getoond</translation>
    </message>
    <message>
        <source>{shown} of {all} findings shown</source>
        <translation>{shown} van {all} bevindingen getoond</translation>
    </message>
</context>
<context>
    <name>LayerScroll</name>
    <message>
        <source>Scroll the AI layers</source>
        <translation>Door de AI-lagen schuiven</translation>
    </message>
    <message>
        <source>There is more below; the wheel scrolls, too</source>
        <translation>Hieronder staat meer; het wiel schuift ook</translation>
    </message>
    <message>
        <source>↓ More</source>
        <translation>↓ Meer</translation>
    </message>
</context>
<context>
    <name>LayerStage</name>
    <message>
        <source>AI shows nothing on any other image of this series.</source>
        <translation>AI toont niets op andere beelden van deze serie.</translation>
    </message>
</context>
<context>
    <name>Layers</name>
    <message>
        <source>AI hidden</source>
        <translation>AI verborgen</translation>
    </message>
    <message>
        <source>About this AI</source>
        <translation>Over deze AI</translation>
    </message>
    <message>
        <source>Advice</source>
        <translation>Advies</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Pijlen</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Categorie</translation>
    </message>
    <message>
        <source>Contours</source>
        <translation>Omtrekken</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Voorbeeld</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Isolines</source>
        <translation>Isolijnen</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>Markeringen</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>Gebieden</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Scores</translation>
    </message>
    <message>
        <source>a finding has no place in the patient</source>
        <translation>een bevinding heeft geen plaats in de patiënt</translation>
    </message>
    <message>
        <source>a map has no proper grid or range of values</source>
        <translation>een kaart heeft geen geldig raster of waardenbereik</translation>
    </message>
    <message>
        <source>the place of a finding is not a number</source>
        <translation>de plaats van een bevinding is geen getal</translation>
    </message>
    <message>
        <source>this image is straightened along a curve and lies in no plane</source>
        <translation>dit beeld is rechtgetrokken langs een kromme en ligt in geen enkel vlak</translation>
    </message>
    <message>
        <source>{name} is not shown here: {reason}.</source>
        <translation>{name} wordt hier niet getoond: {reason}.</translation>
    </message>
</context>
<context>
    <name>LayoutPicker</name>
    <message>
        <source>Layout</source>
        <translation>Indeling</translation>
    </message>
</context>
<context>
    <name>LightBox</name>
    <message>
        <source>Crosshair</source>
        <translation>Dradenkruis</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Lengte</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Afspelen</translation>
    </message>
    <message>
        <source>This belongs to studies and is not offered here.</source>
        <translation>Dit hoort bij studies en wordt hier niet aangeboden.</translation>
    </message>
    <message>
        <source>This study does without this tool.</source>
        <translation>Deze studie werkt zonder dit gereedschap.</translation>
    </message>
</context>
<context>
    <name>LookupDesk</name>
    <message>
        <source>No image is shown here.</source>
        <translation>Hier wordt geen beeld getoond.</translation>
    </message>
    <message>
        <source>The tags can&apos;t be read: {reason}</source>
        <translation>De tags zijn niet te lezen: {reason}</translation>
    </message>
    <message>
        <source>{series}, image {n}</source>
        <translation>{series}, beeld {n}</translation>
    </message>
</context>
<context>
    <name>MarkRow</name>
    <message>
        <source>Go to mark {number} on image {image}</source>
        <translation>Ga naar markering {number} op beeld {image}</translation>
    </message>
    <message>
        <source>Mark {number}  ·  image {image}</source>
        <translation>Markering {number}  ·  beeld {image}</translation>
    </message>
    <message>
        <source>Remove mark {number}</source>
        <translation>Markering {number} verwijderen</translation>
    </message>
</context>
<context>
    <name>MarksDesk</name>
    <message>
        <source>Marks are asked for after another answer.</source>
        <translation>Om markeringen wordt pas na een ander antwoord gevraagd.</translation>
    </message>
    <message>
        <source>Marks are placed on the images themselves, not along a curve.</source>
        <translation>Markeringen worden op de beelden zelf geplaatst, niet langs een curve.</translation>
    </message>
    <message>
        <source>No marks are asked for here.</source>
        <translation>Hier wordt niet om markeringen gevraagd.</translation>
    </message>
    <message numerus="yes">
        <source>No more than %n mark(s) can be made here.</source>
        <translation>
            <numerusform>Hier is niet meer dan %n markering mogelijk.</numerusform>
            <numerusform>Hier zijn niet meer dan %n markeringen mogelijk.</numerusform>
        </translation>
    </message>
    <message>
        <source>That place lies beside the image.</source>
        <translation>Die plaats ligt buiten het beeld.</translation>
    </message>
</context>
<context>
    <name>MarksField</name>
    <message>
        <source>Put the pointer on the place and press {key}; or {tool_key}, then click.</source>
        <translation>Zet de aanwijzer op de plaats en druk op {key}; of {tool_key} en dan klikken.</translation>
    </message>
    <message numerus="yes">
        <source>That is the most: %n mark(s).</source>
        <translation>
            <numerusform>Meer kan niet: %n markering.</numerusform>
            <numerusform>Meer kan niet: %n markeringen.</numerusform>
        </translation>
    </message>
    <message>
        <source>{key} marks another place; a mark can be dragged.</source>
        <translation>{key} markeert nog een plaats; een markering is te verslepen.</translation>
    </message>
    <message>
        <source>{key}, then click corner by corner; Enter closes it.</source>
        <translation>{key}, klik daarna hoek voor hoek; Enter sluit de vorm.</translation>
    </message>
    <message>
        <source>{key}, then click the end, the corner and the other end.</source>
        <translation>{key}, klik daarna het ene uiteinde, de hoek en het andere uiteinde aan.</translation>
    </message>
    <message>
        <source>{key}, then drag a box; its corners can be moved.</source>
        <translation>{key}, sleep daarna een kader; de hoeken zijn te verplaatsen.</translation>
    </message>
    <message>
        <source>{key}, then drag a line; its ends can be moved.</source>
        <translation>{key}, sleep daarna een lijn; de uiteinden zijn te verplaatsen.</translation>
    </message>
    <message>
        <source>{key}, then drag an ellipse; its ends can be moved.</source>
        <translation>{key}, sleep daarna een ellips; de uiteinden zijn te verplaatsen.</translation>
    </message>
    <message>
        <source>{key}, then paint an area; ⇧ J erases, Ctrl + and − change the brush.</source>
        <translation>{key}, schilder daarna een gebied; ⇧ J gumt, Ctrl + en − veranderen het penseel.</translation>
    </message>
</context>
<context>
    <name>MatrixField</name>
    <message numerus="yes">
        <source>%n row(s) still empty.</source>
        <translation>
            <numerusform>Nog %n rij leeg.</numerusform>
            <numerusform>Nog %n rijen leeg.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MeasureDesk</name>
    <message>
        <source>Choose a measurement first: click it.</source>
        <translation>Kies eerst een meting: klik erop.</translation>
    </message>
    <message>
        <source>Nothing has been measured yet.</source>
        <translation>Er is nog niets gemeten.</translation>
    </message>
    <message>
        <source>The next stroke begins another segment.</source>
        <translation>De volgende streek begint een ander segment.</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>Er is niets om opnieuw te doen.</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Er is niets om ongedaan te maken.</translation>
    </message>
</context>
<context>
    <name>MeasureLog</name>
    <message>
        <source>Measuring begins when the questions stand beside the images.</source>
        <translation>Meten begint zodra de vragen naast de beelden staan.</translation>
    </message>
    <message>
        <source>The answers are being saved.</source>
        <translation>De antwoorden worden opgeslagen.</translation>
    </message>
</context>
<context>
    <name>MeasurementList</name>
    <message>
        <source>Angle</source>
        <translation>Hoek</translation>
    </message>
    <message>
        <source>Arrow</source>
        <translation>Pijl</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Kader</translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation>Cobb-hoek</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Kleur</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellips</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Lengte</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Metingen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Naam</translation>
    </message>
    <message>
        <source>Name the selected measurement</source>
        <translation>De gekozen meting een naam geven</translation>
    </message>
    <message>
        <source>Next colour of the selected measurement</source>
        <translation>Volgende kleur van de gekozen meting</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>Omtrek</translation>
    </message>
    <message>
        <source>Painted</source>
        <translation>Ingekleurd</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>Punt</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Veelhoek</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechthoek</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>Remove the selected measurement</source>
        <translation>De gekozen meting wissen</translation>
    </message>
    <message>
        <source>Two diameters</source>
        <translation>Twee diameters</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Waarde</translation>
    </message>
</context>
<context>
    <name>MenuDesk</name>
    <message>
        <source>Left drag</source>
        <translation>Slepen met links</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Vensters</translation>
    </message>
</context>
<context>
    <name>MessageOverlay</name>
    <message>
        <source>Close</source>
        <translation>Sluiten</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>A hit: {rule}</source>
        <translation>Treffer: {rule}</translation>
    </message>
    <message>
        <source>Area under the ROC curve, by case: {value} (95% confidence interval {low} to {high})</source>
        <translation>Oppervlakte onder de ROC-curve, per casus: {value} (95%-betrouwbaarheidsinterval {low} tot {high})</translation>
    </message>
    <message>
        <source>By {who}, on {cases} exams</source>
        <translation>Door {who}, op {cases} onderzoeken</translation>
    </message>
    <message>
        <source>Known limits</source>
        <translation>Bekende beperkingen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licentie</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Gemaakt door</translation>
    </message>
    <message>
        <source>Made for</source>
        <translation>Bedoeld voor</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemeten</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>Not made for</source>
        <translation>Niet bedoeld voor</translation>
    </message>
    <message>
        <source>SHA-256 of the model</source>
        <translation>SHA-256 van het model</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Getraind op</translation>
    </message>
    <message>
        <source>finds {share} of lesions</source>
        <translation>vindt {share} van de afwijkingen</translation>
    </message>
    <message>
        <source>{cases} exams kept out of training, {positive} of them with {lesions} lesions</source>
        <translation>{cases} onderzoeken buiten de training gehouden, waarvan {positive} met samen {lesions} afwijkingen</translation>
    </message>
    <message>
        <source>{count} false marks per exam</source>
        <translation>{count} fout-positieve markeringen per onderzoek</translation>
    </message>
    <message>
        <source>{name} (from {threshold}): {what}</source>
        <translation>{name} (vanaf {threshold}): {what}</translation>
    </message>
</context>
<context>
    <name>ModelCardOverlay</name>
    <message>
        <source>About {ai}</source>
        <translation>Over {ai}</translation>
    </message>
    <message>
        <source>As its makers describe it</source>
        <translation>Zoals de makers het beschrijven</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Sluiten</translation>
    </message>
</context>
<context>
    <name>NameLine</name>
    <message>
        <source>Name of measurement {number}</source>
        <translation>Naam van meting {number}</translation>
    </message>
    <message>
        <source>Name, then Return</source>
        <translation>Naam, dan Enter</translation>
    </message>
</context>
<context>
    <name>NamesDesk</name>
    <message>
        <source>Image {place} of {count}: {shown}</source>
        <translation>Beeldvenster {place} van {count}: {shown}</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Beelden</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leeg</translation>
    </message>
    <message>
        <source>{series}, slice {n} of {count}</source>
        <translation>{series}, coupe {n} van {count}</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>Take {length} mm, as measured   ({key})</source>
        <translation>{length} mm overnemen, zoals gemeten   ({key})</translation>
    </message>
    <message>
        <source>{key} to type</source>
        <translation>{key} om te typen</translation>
    </message>
</context>
<context>
    <name>OperatingPoints</name>
    <message>
        <source>a finding&apos;s middle lies within the larger radius of finding and lesion, at least 5 mm</source>
        <translation>het midden van een bevinding ligt binnen de grootste straal van bevinding en afwijking, ten minste 5 mm</translation>
    </message>
    <message>
        <source>counted over the {cases} cases of this study whose truth is no secret, with {lesions} lesions; a hit: {rule}</source>
        <translation>geteld over de {cases} casussen van deze studie waarvan de waarheid niet geheim is, met {lesions} afwijkingen; treffer: {rule}</translation>
    </message>
    <message>
        <source>counted over the {cases} cases of this study with {lesions} lesions; a hit: {rule}</source>
        <translation>geteld over de {cases} casussen van deze studie met {lesions} afwijkingen; een treffer: {rule}</translation>
    </message>
    <message>
        <source>counted over {cases} cases with {lesions} lesions; a hit: {rule}</source>
        <translation>geteld over {cases} casussen met {lesions} afwijkingen; treffer: {rule}</translation>
    </message>
    <message>
        <source>its maker</source>
        <translation>de maker</translation>
    </message>
    <message>
        <source>the model card of {model}: measured by {who} on {cases} cases</source>
        <translation>de modelkaart van {model}: gemeten door {who} op {cases} casussen</translation>
    </message>
    <message>
        <source>the model card of {model}: measured by {who} on {cases} cases; a hit: {rule}</source>
        <translation>de modelkaart van {model}: gemeten door {who} op {cases} casussen; treffer: {rule}</translation>
    </message>
    <message>
        <source>{basis}; between what was measured at {low} and {high}</source>
        <translation>{basis}; tussen wat bij {low} en {high} is gemeten</translation>
    </message>
</context>
<context>
    <name>OwnWindowsDesk</name>
    <message>
        <source>A table from the file can&apos;t be kept as a window of your own.</source>
        <translation>Een tabel uit het bestand kan geen eigen venster worden.</translation>
    </message>
    <message>
        <source>Kept as your window {number} for {modality}: width {width}, centre {centre}.</source>
        <translation>Bewaard als uw venster {number} voor {modality}: breedte {width}, niveau {centre}.</translation>
    </message>
    <message>
        <source>You have no window {number} for {modality} yet. Ctrl+Alt+{key} keeps the present one.</source>
        <translation>U hebt nog geen venster {number} voor {modality}. Ctrl+Alt+{key} bewaart het huidige.</translation>
    </message>
</context>
<context>
    <name>PageMedia</name>
    <message>
        <source>The film of this page cannot be shown on this machine: Qt Multimedia is not installed.</source>
        <translation>De film van deze pagina kan op deze computer niet worden getoond: Qt Multimedia is niet geïnstalleerd.</translation>
    </message>
    <message>
        <source>The film of this page cannot be shown: {why}</source>
        <translation>De film van deze pagina kan niet worden getoond: {why}</translation>
    </message>
    <message>
        <source>The picture of this page cannot be shown on this machine.</source>
        <translation>De afbeelding van deze pagina kan op deze computer niet worden getoond.</translation>
    </message>
    <message>
        <source>You can go on.</source>
        <translation>U kunt verder.</translation>
    </message>
</context>
<context>
    <name>PairwiseField</name>
    <message>
        <source>One of the two must be chosen.</source>
        <translation>Een van de twee moet worden gekozen.</translation>
    </message>
    <message>
        <source>Pair before</source>
        <translation>Vorig paar</translation>
    </message>
    <message>
        <source>Pair {number} of {count}</source>
        <translation>Paar {number} van {count}</translation>
    </message>
</context>
<context>
    <name>PatternWindow</name>
    <message>
        <source>Test pattern; any key closes it</source>
        <translation>Testbeeld; elke toets sluit het</translation>
    </message>
</context>
<context>
    <name>PhaseBar</name>
    <message>
        <source>About ReaderLab</source>
        <translation>Over ReaderLab</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Casus</translation>
    </message>
    <message>
        <source>Case {number} of {count}</source>
        <translation>Casus {number} van {count}</translation>
    </message>
    <message>
        <source>Clinical history</source>
        <translation>Klinische gegevens</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Verdergaan</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Gegevens</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Toetsen</translation>
    </message>
    <message>
        <source>Look at the case before again  ({key})</source>
        <translation>De vorige casus nog eens bekijken  ({key})</translation>
    </message>
    <message>
        <source>Mark with every click</source>
        <translation>Markeren met elke klik</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Niet opgeslagen</translation>
    </message>
    <message>
        <source>PRACTICE</source>
        <translation>OEFENING</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pauze</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Opgeslagen</translation>
    </message>
    <message>
        <source>Saving takes longer than usual …</source>
        <translation>Opslaan duurt langer dan gewoonlijk …</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Bezig met opslaan …</translation>
    </message>
    <message>
        <source>Step {number} of {count}, now: {name}</source>
        <translation>Stap {number} van {count}, nu: {name}</translation>
    </message>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Stap {number} van {count}: {name}</translation>
    </message>
    <message>
        <source>Time of this step: {time}</source>
        <translation>Tijd van deze stap: {time}</translation>
    </message>
    <message>
        <source>← Case before</source>
        <translation>← Vorige casus</translation>
    </message>
</context>
<context>
    <name>PhaseDesk</name>
    <message>
        <source>This step ends by itself in {seconds} s.</source>
        <translation>Deze stap eindigt vanzelf over {seconds} s.</translation>
    </message>
</context>
<context>
    <name>PhaseTimer</name>
    <message>
        <source>{time} left</source>
        <translation>nog {time}</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Balance</source>
        <translation>Balans</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blok</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Casus</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>Conditie</translation>
    </message>
    <message>
        <source>Each case</source>
        <translation>Elke casus</translation>
    </message>
    <message>
        <source>Export as CSV …</source>
        <translation>Exporteren als CSV …</translation>
    </message>
    <message>
        <source>Export the plan</source>
        <translation>Plan exporteren</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Number of readers</source>
        <translation>Aantal beoordelaars</translation>
    </message>
    <message>
        <source>Order of a reader</source>
        <translation>Volgorde van een beoordelaar</translation>
    </message>
    <message>
        <source>Order of each reader</source>
        <translation>Volgorde van elke beoordelaar</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Afbeelding</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Planted</source>
        <translation>Ingebracht</translation>
    </message>
    <message>
        <source>Planted errors and minutes</source>
        <translation>Ingebrachte fouten en minuten</translation>
    </message>
    <message>
        <source>Positive</source>
        <translation>Positief</translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Beoordelaar</translation>
    </message>
    <message>
        <source>Readers</source>
        <translation>Beoordelaars</translation>
    </message>
    <message>
        <source>Readers at block 1, 2 …</source>
        <translation>Beoordelaars bij blok 1, 2 …</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sessie</translation>
    </message>
    <message>
        <source>Show planted errors …</source>
        <translation>Ingebrachte fouten tonen …</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Tonen</translation>
    </message>
    <message>
        <source>Show where errors are planted?</source>
        <translation>Tonen waar fouten zijn ingebracht?</translation>
    </message>
    <message>
        <source>The plan can&apos;t be written ({why}): {file}. Choose another folder.</source>
        <translation>Het plan kan niet worden geschreven ({why}): {file}. Kies een andere map.</translation>
    </message>
    <message>
        <source>There is no plan while the file has errors: see Protocol.</source>
        <translation>Zolang het bestand fouten heeft is er geen plan: zie Protocol.</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>Trials</translation>
    </message>
    <message>
        <source>Views of the plan</source>
        <translation>Weergaven van het plan</translation>
    </message>
    <message>
        <source>What readers will meet, drawn from the file as it stands. Where errors are planted is told on request.</source>
        <translation>Wat beoordelaars zullen tegenkomen, getrokken uit het bestand zoals het nu is. Waar fouten zijn ingebracht staat er op verzoek bij.</translation>
    </message>
    <message>
        <source>Whoever knows that can&apos;t judge readers blindly any more. It is recorded as an unblinding.</source>
        <translation>Wie dat weet kan beoordelaars niet meer blind beoordelen. Het wordt als deblindering vastgelegd.</translation>
    </message>
    <message>
        <source>Written: {file}. It is not for readers.</source>
        <translation>Geschreven: {file}. Niet voor beoordelaars.</translation>
    </message>
</context>
<context>
    <name>PlanPicture</name>
    <message>
        <source>Picture of the plan</source>
        <translation>Afbeelding van het plan</translation>
    </message>
    <message>
        <source>planted error</source>
        <translation>ingebrachte fout</translation>
    </message>
</context>
<context>
    <name>PlaneDesk</name>
    <message>
        <source>A slab needs a stack of slices in the patient.</source>
        <translation>Een plak vraagt een stapel coupes in de patiënt.</translation>
    </message>
    <message>
        <source>Half resolution while moving.</source>
        <translation>Halve resolutie tijdens bewegen.</translation>
    </message>
    <message>
        <source>There is no slab: Alt+S makes one.</source>
        <translation>Er is geen plak: Alt+S maakt er een.</translation>
    </message>
</context>
<context>
    <name>PointerDesk</name>
    <message>
        <source>Pointer: arrows move it, Shift goes far, Space clicks, Ctrl+P ends.</source>
        <translation>Aanwijzer: pijltjes bewegen, Shift gaat ver, spatiebalk klikt, Ctrl+P stopt.</translation>
    </message>
</context>
<context>
    <name>PreferencesPage</name>
    <message>
        <source>AI and drawings under the magnifier glass too</source>
        <translation>AI en tekeningen ook onder de loep</translation>
    </message>
    <message>
        <source>As the study or the computer has it</source>
        <translation>Zoals de studie of de computer</translation>
    </message>
    <message>
        <source>As without the key</source>
        <translation>Als zonder de toets</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Sluiten</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergeten</translation>
    </message>
    <message>
        <source>From the next sign-in or start.</source>
        <translation>Geldt vanaf de volgende aanmelding of start.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Taal</translation>
    </message>
    <message>
        <source>Mouse, wheel and fingers</source>
        <translation>Muis, wiel en vingers</translation>
    </message>
    <message>
        <source>Name of your window {0} for {1}</source>
        <translation>Naam van uw venster {0} voor {1}</translation>
    </message>
    <message>
        <source>None yet. Ctrl Alt 6 to 9 keep the present window, Alt 6 to 9 call it.</source>
        <translation>Nog geen. Ctrl Alt 6 tot 9 bewaren het huidige venster, Alt 6 tot 9 roepen het op.</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Voorkeuren</translation>
    </message>
    <message>
        <source>Size of type</source>
        <translation>Tekstgrootte</translation>
    </message>
    <message>
        <source>The study decides what is dimmed here.</source>
        <translation>Wat hier grijs is, bepaalt de studie.</translation>
    </message>
    <message>
        <source>The usual gestures</source>
        <translation>De gebruikelijke gebaren</translation>
    </message>
    <message>
        <source>Windows of your own</source>
        <translation>Eigen vensters</translation>
    </message>
</context>
<context>
    <name>PreviewPage</name>
    <message>
        <source>, practice</source>
        <translation>, oefening</translation>
    </message>
    <message>
        <source>Arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>As which reader, and from where on</source>
        <translation>Als welke beoordelaar, en vanaf waar</translation>
    </message>
    <message>
        <source>Begins with</source>
        <translation>Begint met</translation>
    </message>
    <message>
        <source>Open the preview</source>
        <translation>Voorvertoning openen</translation>
    </message>
    <message>
        <source>Place in the plan</source>
        <translation>Plaats in het plan</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Voorvertoning</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Stap</translation>
    </message>
    <message>
        <source>The preview shows AI, planted errors and questions exactly as that reader would meet them. It writes into a store that is thrown away, never into the study&apos;s. Truth is shown only where the file says that readers are told.</source>
        <translation>De voorvertoning toont AI, ingebrachte fouten en vragen precies zoals die beoordelaar ze zou tegenkomen. Ze schrijft in een opslag die wordt weggegooid, nooit in die van de studie. De waarheid wordt alleen getoond waar het bestand zegt dat beoordelaars die horen.</translation>
    </message>
    <message>
        <source>There is no preview while the file has errors: see Protocol.</source>
        <translation>Zolang het bestand fouten heeft is er geen voorvertoning: zie Protocol.</translation>
    </message>
    <message>
        <source>Trial</source>
        <translation>Trial</translation>
    </message>
    <message>
        <source>Walk through the study as one of its readers, in the real reading windows. Nothing is recorded.</source>
        <translation>Loop door de studie als een van de beoordelaars, in de echte schermen. Er wordt niets vastgelegd.</translation>
    </message>
    <message>
        <source>any</source>
        <translation>willekeurig</translation>
    </message>
    <message>
        <source>as reader {n} of the plan</source>
        <translation>als beoordelaar {n} van het plan</translation>
    </message>
    <message>
        <source>the study has no arms</source>
        <translation>de studie heeft geen armen</translation>
    </message>
    <message>
        <source>{n} trials in {m} sessions</source>
        <translation>{n} trials in {m} sessies</translation>
    </message>
    <message>
        <source>{n}: session {m}, {case}, {condition}</source>
        <translation>{n}: sessie {m}, {case}, {condition}</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>Close the preview</source>
        <translation>Voorvertoning sluiten</translation>
    </message>
    <message>
        <source>PREVIEW, nothing is recorded  ·  {whom}</source>
        <translation>VOORVERTONING, er wordt niets vastgelegd  ·  {whom}</translation>
    </message>
    <message>
        <source>Preview – nothing is recorded</source>
        <translation>Voorvertoning – er wordt niets vastgelegd</translation>
    </message>
</context>
<context>
    <name>PriorDesk</name>
    <message>
        <source>There is no prior exam that matches this series.</source>
        <translation>Er is geen vorig onderzoek dat bij deze serie past.</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>2 to 32 letters, digits, - or _, starting with a letter. No names.</source>
        <translation>2 tot 32 letters, cijfers, - of _, met een letter vooraan. Geen namen.</translation>
    </message>
    <message>
        <source>A coordinator opens `readerlab desk` on it and enrols the readers.</source>
        <translation>Een coördinator opent `readerlab desk` en schrijft de beoordelaars in.</translation>
    </message>
    <message>
        <source>A newer version of this study file took its place.</source>
        <translation>Een nieuwere versie van dit studiebestand is ervoor in de plaats gekomen.</translation>
    </message>
    <message>
        <source>A reason is missing.</source>
        <translation>Er ontbreekt een reden.</translation>
    </message>
    <message>
        <source>An amended study file needs a version that was not used: {version} was.</source>
        <translation>Een gewijzigd studiebestand heeft een versie nodig die nog niet is gebruikt: {version} is al gebruikt.</translation>
    </message>
    <message>
        <source>An emergency journal could not be played back whole; it was kept.</source>
        <translation>Een noodjournaal kon niet in zijn geheel worden overgenomen; het is bewaard.</translation>
    </message>
    <message>
        <source>Another file stands where the store was; what you did since is held, not saved.</source>
        <translation>Waar de opslag was, staat een ander bestand; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>Answers of this store wait in an emergency journal that is not here.</source>
        <translation>Antwoorden van deze opslag wachten in een noodjournaal dat hier niet is.</translation>
    </message>
    <message>
        <source>Ask the coordinator of the study for a new PIN.</source>
        <translation>Vraag de coördinator van de studie om een nieuwe pincode.</translation>
    </message>
    <message>
        <source>Ask the coordinator of the study if that is not right.</source>
        <translation>Vraag het de coördinator van de studie als dat niet klopt.</translation>
    </message>
    <message>
        <source>Ask the coordinator of the study to decide how you go on.</source>
        <translation>Vraag de coördinator van de studie te beslissen hoe u verdergaat.</translation>
    </message>
    <message>
        <source>Ask the coordinator of the study to enrol you.</source>
        <translation>Vraag de coördinator van de studie u in te schrijven.</translation>
    </message>
    <message>
        <source>Check that you may write in that folder.</source>
        <translation>Controleer of u in die map mag schrijven.</translation>
    </message>
    <message>
        <source>Check the disk and its cable, then do it again.</source>
        <translation>Controleer de schijf en de kabel, en doe het dan opnieuw.</translation>
    </message>
    <message>
        <source>Check the disk and its cable. As soon as it can be written, ReaderLab saves by itself.</source>
        <translation>Controleer de schijf en de kabel. Zodra er geschreven kan worden, slaat ReaderLab vanzelf op.</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>Controleer de naam.</translation>
    </message>
    <message>
        <source>Choose another name, or set a new PIN for it.</source>
        <translation>Kies een andere naam, of stel er een nieuwe pincode voor in.</translation>
    </message>
    <message>
        <source>Choose one of: {values}.</source>
        <translation>Kies een van: {values}.</translation>
    </message>
    <message>
        <source>Close the other ReaderLab, or wait until it has finished.</source>
        <translation>Sluit de andere ReaderLab, of wacht tot die klaar is.</translation>
    </message>
    <message>
        <source>Come back then.</source>
        <translation>Kom dan terug.</translation>
    </message>
    <message>
        <source>Come back when the coordinator of the study says that it has.</source>
        <translation>Kom terug wanneer de coördinator van de studie zegt dat het zover is.</translation>
    </message>
    <message>
        <source>Did you mean {value}?</source>
        <translation>Bedoelde u {value}?</translation>
    </message>
    <message>
        <source>Encrypt it with `readerlab encrypt`, or leave the key out.</source>
        <translation>Versleutel haar met `readerlab encrypt`, of laat de sleutel weg.</translation>
    </message>
    <message>
        <source>Encrypted stores need a part of ReaderLab that is not installed here.</source>
        <translation>Een versleutelde opslag vraagt een onderdeel van ReaderLab dat hier niet is geïnstalleerd.</translation>
    </message>
    <message>
        <source>Enter it when the reader is enrolled.</source>
        <translation>Vul het in wanneer de beoordelaar wordt ingeschreven.</translation>
    </message>
    <message>
        <source>Free some space, then do it again.</source>
        <translation>Maak ruimte vrij, en doe het dan opnieuw.</translation>
    </message>
    <message>
        <source>Free some space. ReaderLab then saves what is held by itself, and reading goes on.</source>
        <translation>Maak ruimte vrij. ReaderLab slaat dan vanzelf op wat wordt vastgehouden, en het beoordelen gaat verder.</translation>
    </message>
    <message>
        <source>Give 2 to 64 characters.</source>
        <translation>Geef 2 tot 64 tekens.</translation>
    </message>
    <message>
        <source>Give 4 to 8 digits, or a password of at least 8 characters.</source>
        <translation>Geef 4 tot 8 cijfers, of een wachtwoord van minstens 8 tekens.</translation>
    </message>
    <message>
        <source>Give at least 12 characters; some words in a row are easy to keep in mind.</source>
        <translation>Geef minstens 12 tekens; een paar woorden achter elkaar zijn goed te onthouden.</translation>
    </message>
    <message>
        <source>Install ReaderLab with its extra `encryption` (packages sqlcipher3-wheels, cryptography).</source>
        <translation>Installeer ReaderLab met de extra `encryption` (pakketten sqlcipher3-wheels, cryptography).</translation>
    </message>
    <message>
        <source>It waits in the emergency journal in {folder}, and is saved when this store is next opened here. Make the store writable, then start ReaderLab again.</source>
        <translation>Het wacht in het noodjournaal in {folder}, en wordt opgeslagen zodra deze opslag hier weer wordt geopend. Maak de opslag beschrijfbaar en start ReaderLab opnieuw.</translation>
    </message>
    <message>
        <source>Keep its id and give it a new version, under about.</source>
        <translation>Laat de id staan en geef een nieuwe versie, onder about.</translation>
    </message>
    <message>
        <source>Keep the file as it is, go back to its last copy, and read on in another store (--store).</source>
        <translation>Bewaar het bestand zoals het is, ga terug naar de laatste kopie, en beoordeel verder in een andere opslag (--store).</translation>
    </message>
    <message>
        <source>Leave, and tell the coordinator of the study: keep the file, the backups and the emergency journal.</source>
        <translation>Stop, en zeg de coördinator van de studie: bewaar het bestand, de back-ups en het noodjournaal.</translation>
    </message>
    <message>
        <source>Make it writable, then do it again.</source>
        <translation>Maak haar schrijfbaar, en doe het dan opnieuw.</translation>
    </message>
    <message>
        <source>Make the disk and the file writable. ReaderLab then saves by itself.</source>
        <translation>Maak de schijf en het bestand schrijfbaar. ReaderLab slaat dan vanzelf op.</translation>
    </message>
    <message>
        <source>Name a new one, where you may write.</source>
        <translation>Noem een nieuw bestand, op een plaats waar u mag schrijven.</translation>
    </message>
    <message>
        <source>Name another file; an encrypted store needs its key (readerlab --key-file).</source>
        <translation>Noem een ander bestand; een versleutelde opslag heeft haar sleutel nodig (readerlab --key-file).</translation>
    </message>
    <message>
        <source>Name or password is wrong.</source>
        <translation>Naam of wachtwoord is onjuist.</translation>
    </message>
    <message>
        <source>Name the key file that was made for it, or go back to its last copy.</source>
        <translation>Noem het sleutelbestand dat ervoor is gemaakt, of ga terug naar de laatste kopie.</translation>
    </message>
    <message>
        <source>No coordinator has set this study up yet.</source>
        <translation>Nog geen coördinator heeft deze studie ingericht.</translation>
    </message>
    <message>
        <source>Nobody was enrolled under the version before.</source>
        <translation>Onder de vorige versie was niemand ingeschreven.</translation>
    </message>
    <message>
        <source>Nothing is lost. Come back when the coordinator says that it goes on.</source>
        <translation>Er is niets verloren. Kom terug wanneer de coördinator zegt dat het verdergaat.</translation>
    </message>
    <message>
        <source>Open the newer one.</source>
        <translation>Open de nieuwere.</translation>
    </message>
    <message>
        <source>Open the store at the station where it was read last. If that journal is lost for good, remove the file .holder beside the store.</source>
        <translation>Open de opslag op het werkstation waar het laatst is beoordeeld. Is dat journaal voorgoed verloren, verwijder dan het bestand .holder naast de opslag.</translation>
    </message>
    <message>
        <source>Pseudonym or PIN is wrong.</source>
        <translation>Pseudoniem of pincode is onjuist.</translation>
    </message>
    <message>
        <source>Put it back (with its -wal file) and leave ReaderLab open: it saves by itself.</source>
        <translation>Zet haar terug (met het -wal-bestand) en laat ReaderLab open: opslaan gaat dan vanzelf.</translation>
    </message>
    <message>
        <source>Release the new file: it needs no amendment.</source>
        <translation>Geef het nieuwe bestand vrij: een wijziging is niet nodig.</translation>
    </message>
    <message>
        <source>Run `readerlab check --dry-run` on it and put right what it finds.</source>
        <translation>Voer `readerlab check --dry-run` uit en verbeter wat het vindt.</translation>
    </message>
    <message>
        <source>Say in a few words why this is done.</source>
        <translation>Zeg in een paar woorden waarom dit gebeurt.</translation>
    </message>
    <message>
        <source>Sign in as another reader, or open the report with `readerlab report`.</source>
        <translation>Meld u aan als een andere beoordelaar, of open het rapport met `readerlab report`.</translation>
    </message>
    <message>
        <source>Sign in as coordinator, or ask the one there is for an account.</source>
        <translation>Meld u aan als coördinator, of vraag de coördinator die er is om een account.</translation>
    </message>
    <message>
        <source>Take one that is no row (1234), no repetition (0000) and not the name.</source>
        <translation>Neem er een die geen reeks (1234), geen herhaling (0000) en niet de naam is.</translation>
    </message>
    <message>
        <source>Tell the coordinator of the study, and keep that file.</source>
        <translation>Zeg het de coördinator van de studie, en bewaar dat bestand.</translation>
    </message>
    <message>
        <source>The disk is full, so this was not done.</source>
        <translation>De schijf is vol, dus dit is niet gedaan.</translation>
    </message>
    <message>
        <source>The disk is full; what you did since is held, not saved.</source>
        <translation>De schijf is vol; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>The disk reports errors, so this was not done.</source>
        <translation>De schijf meldt fouten, dus dit is niet gedaan.</translation>
    </message>
    <message>
        <source>The disk reports errors; what you did since is held, not saved.</source>
        <translation>De schijf meldt fouten; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>The key does not fit this store, or the file is damaged.</source>
        <translation>De sleutel past niet bij deze opslag, of het bestand is beschadigd.</translation>
    </message>
    <message>
        <source>The seal could not be written.</source>
        <translation>Het zegel kon niet worden geschreven.</translation>
    </message>
    <message>
        <source>The store can&apos;t be opened or made here.</source>
        <translation>De opslag kan hier niet worden geopend of gemaakt.</translation>
    </message>
    <message>
        <source>The store can&apos;t be written, so this was not done: it is read-only.</source>
        <translation>De opslag kan niet worden beschreven, dus dit is niet gedaan: ze is alleen te lezen.</translation>
    </message>
    <message>
        <source>The store has become read-only; what you did since is held, not saved.</source>
        <translation>De opslag is alleen nog te lezen; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>The store is damaged.</source>
        <translation>De opslag is beschadigd.</translation>
    </message>
    <message>
        <source>The store is damaged; what you did since is held, not saved.</source>
        <translation>De opslag is beschadigd; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>The store is not encrypted, although a key was named.</source>
        <translation>De opslag is niet versleuteld, hoewel er een sleutel is genoemd.</translation>
    </message>
    <message>
        <source>The store was moved or deleted under ReaderLab; what you did since is held, not saved.</source>
        <translation>De opslag is onder ReaderLab verplaatst of verwijderd; wat u sindsdien deed wordt vastgehouden, niet opgeslagen.</translation>
    </message>
    <message>
        <source>There is an account {name} already.</source>
        <translation>Er is al een account {name}.</translation>
    </message>
    <message>
        <source>There is no account {name}.</source>
        <translation>Er is geen account {name}.</translation>
    </message>
    <message>
        <source>There is such a file already.</source>
        <translation>Zo&apos;n bestand is er al.</translation>
    </message>
    <message>
        <source>There were too many wrong tries.</source>
        <translation>Er waren te veel foute pogingen.</translation>
    </message>
    <message>
        <source>This PIN or password is guessed too easily.</source>
        <translation>Deze pincode of dit wachtwoord is te makkelijk te raden.</translation>
    </message>
    <message>
        <source>This PIN or password is too short or too long.</source>
        <translation>Deze pincode of dit wachtwoord is te kort of te lang.</translation>
    </message>
    <message>
        <source>This file is not a ReaderLab store.</source>
        <translation>Dit bestand is geen opslag van ReaderLab.</translation>
    </message>
    <message>
        <source>This name can&apos;t be used.</source>
        <translation>Deze naam kan niet worden gebruikt.</translation>
    </message>
    <message>
        <source>This protocol is not paused.</source>
        <translation>Dit protocol is niet gepauzeerd.</translation>
    </message>
    <message>
        <source>This pseudonym can&apos;t be used.</source>
        <translation>Dit pseudoniem kan niet worden gebruikt.</translation>
    </message>
    <message>
        <source>This reader has finished every sitting of this protocol.</source>
        <translation>Deze beoordelaar heeft elke sessie van dit protocol afgerond.</translation>
    </message>
    <message>
        <source>This store has a coordinator already.</source>
        <translation>Deze opslag heeft al een coördinator.</translation>
    </message>
    <message>
        <source>This study asks readers for {name}.</source>
        <translation>Deze studie vraagt beoordelaars naar {name}.</translation>
    </message>
    <message>
        <source>This study does not ask readers for {name}.</source>
        <translation>Deze studie vraagt beoordelaars niet naar {name}.</translation>
    </message>
    <message>
        <source>This study file has not survived a dry run as it is.</source>
        <translation>Dit studiebestand heeft zoals het is nog geen proefloop doorstaan.</translation>
    </message>
    <message>
        <source>This study has not been opened for reading yet.</source>
        <translation>Deze studie is nog niet vrijgegeven.</translation>
    </message>
    <message>
        <source>This study is paused.</source>
        <translation>Deze studie is gepauzeerd.</translation>
    </message>
    <message>
        <source>Try again, or ask another coordinator for a new password.</source>
        <translation>Probeer het opnieuw, of vraag een andere coördinator om een nieuw wachtwoord.</translation>
    </message>
    <message>
        <source>Try again, or ask the coordinator of the study for a new PIN.</source>
        <translation>Probeer het opnieuw, of vraag de coördinator van de studie om een nieuwe pincode.</translation>
    </message>
    <message>
        <source>Wait until {time}, then try again.</source>
        <translation>Wacht tot {time} en probeer het dan opnieuw.</translation>
    </message>
    <message>
        <source>What could not be saved the last time has been saved now, from the emergency journal.</source>
        <translation>Wat de vorige keer niet kon worden opgeslagen, is nu opgeslagen, uit het noodjournaal.</translation>
    </message>
    <message>
        <source>You are not enrolled in this study.</source>
        <translation>U bent niet ingeschreven in deze studie.</translation>
    </message>
    <message>
        <source>You can go on reading.</source>
        <translation>U kunt verder beoordelen.</translation>
    </message>
    <message>
        <source>You no longer take part in this study.</source>
        <translation>U doet niet meer mee aan deze studie.</translation>
    </message>
    <message>
        <source>Your sitting was interrupted {hours} hours ago, longer than this study allows.</source>
        <translation>Uw sessie werd {hours} uur geleden onderbroken, langer dan deze studie toestaat.</translation>
    </message>
    <message>
        <source>{value} is no {name} of this study.</source>
        <translation>{value} is geen {name} van deze studie.</translation>
    </message>
</context>
<context>
    <name>ProgressPage</name>
    <message>
        <source>Every reader and session. It follows while readers read; click a field, or press Enter, for a reader.</source>
        <translation>Elke beoordelaar en elke sessie. Loopt mee terwijl beoordelaars lezen; klik op een veld, of druk op Enter, voor een beoordelaar.</translation>
    </message>
    <message>
        <source>Late: nothing happened for a week, or the washout has been over for a week.</source>
        <translation>Laat: er gebeurde een week niets, of de wash-outperiode is al een week voorbij.</translation>
    </message>
    <message>
        <source>Nobody is enrolled yet: see Readers.</source>
        <translation>Nog niemand is ingeschreven: zie Beoordelaars.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Voortgang</translation>
    </message>
    <message>
        <source>Progress board</source>
        <translation>Voortgangsbord</translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Beoordelaar</translation>
    </message>
    <message>
        <source>Session {n}</source>
        <translation>Sessie {n}</translation>
    </message>
    <message>
        <source>Sessions: {counts}</source>
        <translation>Sessies: {counts}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>klaar</translation>
    </message>
    <message>
        <source>dropped out</source>
        <translation>uitgevallen</translation>
    </message>
    <message>
        <source>go on where it was</source>
        <translation>verdergaan waar het was</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>bezig</translation>
    </message>
    <message>
        <source>interrupted {n} ×</source>
        <translation>{n} × onderbroken</translation>
    </message>
    <message>
        <source>late</source>
        <translation>laat</translation>
    </message>
    <message>
        <source>leave the rest unread</source>
        <translation>de rest niet beoordelen</translation>
    </message>
    <message>
        <source>needs a decision</source>
        <translation>wacht op een beslissing</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>niet begonnen</translation>
    </message>
    <message>
        <source>read the case anew</source>
        <translation>de casus opnieuw beoordelen</translation>
    </message>
    <message>
        <source>until {date}</source>
        <translation>tot {date}</translation>
    </message>
    <message>
        <source>washout</source>
        <translation>wash-out</translation>
    </message>
</context>
<context>
    <name>ProtocolPage</name>
    <message>
        <source>Check everything</source>
        <translation>Alles controleren</translation>
    </message>
    <message>
        <source>Did you mean {word}?</source>
        <translation>Bedoelde u {word}?</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Proefloop</translation>
    </message>
    <message>
        <source>Example: {what}</source>
        <translation>Voorbeeld: {what}</translation>
    </message>
    <message>
        <source>Expected: {what}</source>
        <translation>Verwacht: {what}</translation>
    </message>
    <message>
        <source>Hashes</source>
        <translation>Hashes</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In woorden</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Sleutel</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Soort</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Once the errors are gone, it stands here what the file will do.</source>
        <translation>Zodra de fouten weg zijn staat hier wat het bestand gaat doen.</translation>
    </message>
    <message>
        <source>Open a study file</source>
        <translation>Studiebestand openen</translation>
    </message>
    <message>
        <source>Open another file …</source>
        <translation>Ander bestand openen …</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Problemen</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocol</translation>
    </message>
    <message>
        <source>SHA-256 of what the study is made of. A changed file has another hash.</source>
        <translation>SHA-256 van alles waaruit de studie bestaat. Een gewijzigd bestand heeft een andere hash.</translation>
    </message>
    <message>
        <source>Study files (*.yaml *.yml)</source>
        <translation>Studiebestanden (*.yaml *.yml)</translation>
    </message>
    <message>
        <source>The file, its tables, every image and every AI result</source>
        <translation>Het bestand, zijn tabellen, elk beeld en elk AI-resultaat</translation>
    </message>
    <message>
        <source>The study file</source>
        <translation>Het studiebestand</translation>
    </message>
    <message>
        <source>The study file, checked at once and whenever it changes on the disk. Edit it in your own editor.</source>
        <translation>Het studiebestand, meteen gecontroleerd en telkens wanneer het op de schijf verandert. Bewerk het in uw eigen editor.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Wat</translation>
    </message>
    <message>
        <source>What the file will do</source>
        <translation>Wat het bestand gaat doen</translation>
    </message>
    <message>
        <source>error</source>
        <translation>fout</translation>
    </message>
    <message>
        <source>line {line}, column {column}</source>
        <translation>regel {line}, kolom {column}</translation>
    </message>
    <message>
        <source>the file as a whole</source>
        <translation>het bestand als geheel</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>waarschuwing</translation>
    </message>
    <message>
        <source>{errors} errors, {warnings} warnings</source>
        <translation>{errors} fouten, {warnings} waarschuwingen</translation>
    </message>
    <message>
        <source>✓ nothing is wrong in the file</source>
        <translation>✓ er is niets mis in het bestand</translation>
    </message>
    <message>
        <source>✓ nothing is wrong, images and AI results included</source>
        <translation>✓ er is niets mis, ook niet met beelden en AI-resultaten</translation>
    </message>
</context>
<context>
    <name>ProtocolWords</name>
    <message numerus="yes">
        <source>%n case(s)</source>
        <translation>
            <numerusform>%n casus</numerusform>
            <numerusform>%n casussen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n dag</numerusform>
            <numerusform>%n dagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minuut</numerusform>
            <numerusform>%n minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n practice case(s)</source>
        <translation>
            <numerusform>%n oefencasus</numerusform>
            <numerusform>%n oefencasussen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n question(s)</source>
        <translation>
            <numerusform>%n vraag</numerusform>
            <numerusform>%n vragen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reader(s)</source>
        <translation>
            <numerusform>%n beoordelaar</numerusform>
            <numerusform>%n beoordelaars</numerusform>
        </translation>
    </message>
    <message>
        <source>; then </source>
        <translation>; daarna </translation>
    </message>
    <message>
        <source>A case that was interrupted goes on where it was.</source>
        <translation>Een onderbroken casus gaat verder waar hij was.</translation>
    </message>
    <message>
        <source>A case that was interrupted is read from its beginning.</source>
        <translation>Een onderbroken casus wordt vanaf het begin gelezen.</translation>
    </message>
    <message>
        <source>A new reader takes {place}.</source>
        <translation>Een nieuwe beoordelaar krijgt {place}.</translation>
    </message>
    <message>
        <source>A sitting ends by itself after {n} minutes, at the end of a case.</source>
        <translation>Een sitting eindigt vanzelf na {n} minuten, aan het eind van een casus.</translation>
    </message>
    <message>
        <source>A sitting without AI, {name}, measures what readers can do alone ({when}).</source>
        <translation>Een sitting zonder AI, {name}, meet wat beoordelaars alleen kunnen ({when}).</translation>
    </message>
    <message>
        <source>About {minutes} of reading for each reader, at {n} s a case.</source>
        <translation>Ongeveer {minutes} lezen voor elke beoordelaar, bij {n} s per casus.</translation>
    </message>
    <message>
        <source>After each block readers are told {what}.</source>
        <translation>Na elk blok horen beoordelaars {what}.</translation>
    </message>
    <message>
        <source>After each case readers are told {what}.</source>
        <translation>Na elke casus horen beoordelaars {what}.</translation>
    </message>
    <message>
        <source>After more than {n} hours reading goes on all the same.</source>
        <translation>Na meer dan {n} uur gaat het lezen toch verder.</translation>
    </message>
    <message>
        <source>After more than {n} hours the case is read anew.</source>
        <translation>Na meer dan {n} uur wordt de casus opnieuw gelezen.</translation>
    </message>
    <message>
        <source>After more than {n} hours the rest of the sitting is not read.</source>
        <translation>Na meer dan {n} uur wordt de rest van de sitting niet gelezen.</translation>
    </message>
    <message>
        <source>After more than {n} hours you decide, on the page Progress.</source>
        <translation>Na meer dan {n} uur beslist u, op de pagina Voortgang.</translation>
    </message>
    <message>
        <source>As many readers as you enrol</source>
        <translation>Zoveel beoordelaars als u inschrijft</translation>
    </message>
    <message>
        <source>At enrolment you are asked for {strata}; orders are balanced within each of them.</source>
        <translation>Bij het inschrijven wordt u gevraagd naar {strata}; volgordes zijn binnen elk daarvan in evenwicht.</translation>
    </message>
    <message>
        <source>At the end of each sitting readers are told {what}.</source>
        <translation>Aan het eind van elke sitting horen beoordelaars {what}.</translation>
    </message>
    <message>
        <source>At the end of their last sitting readers are told {what}.</source>
        <translation>Aan het eind van hun laatste sitting horen beoordelaars {what}.</translation>
    </message>
    <message>
        <source>Before that: {cases}, not analysed.</source>
        <translation>Daarvoor: {cases}, niet geanalyseerd.</translation>
    </message>
    <message>
        <source>Cases come from a reading list, with arrivals and interruptions as the file says.</source>
        <translation>Casussen komen van een werklijst, met aankomsten en onderbrekingen zoals het bestand zegt.</translation>
    </message>
    <message>
        <source>Every reader</source>
        <translation>Elke beoordelaar</translation>
    </message>
    <message>
        <source>How AI comes in</source>
        <translation>Hoe AI erbij komt</translation>
    </message>
    <message>
        <source>How long it takes</source>
        <translation>Hoe lang het duurt</translation>
    </message>
    <message>
        <source>In some cases, unannounced, the AI stays hidden although its turn has come.</source>
        <translation>In sommige casussen blijft de AI onaangekondigd verborgen, hoewel hij aan de beurt is.</translation>
    </message>
    <message>
        <source>In the arm {arm} about {minutes} of reading, at {n} s a case.</source>
        <translation>In de arm {arm} ongeveer {minutes} lezen, bij {n} s per casus.</translation>
    </message>
    <message>
        <source>In the arm {arm}, every reader</source>
        <translation>In de arm {arm} geldt: elke beoordelaar</translation>
    </message>
    <message>
        <source>No AI is shown.</source>
        <translation>Er wordt geen AI getoond.</translation>
    </message>
    <message>
        <source>No mistakes are planted.</source>
        <translation>Er zijn geen fouten ingebracht.</translation>
    </message>
    <message>
        <source>Only readers whom you enrolled can sign in, with their PIN.</source>
        <translation>Alleen beoordelaars die u hebt ingeschreven kunnen zich aanmelden, met hun pincode.</translation>
    </message>
    <message>
        <source>Pages, practice, pauses and feedback come on top.</source>
        <translation>Pagina&apos;s, oefening, pauzes en terugkoppeling komen daar nog bij.</translation>
    </message>
    <message>
        <source>Readers are never told the truth.</source>
        <translation>Beoordelaars horen de waarheid nooit.</translation>
    </message>
    <message>
        <source>Readers choose the order of the cases themselves.</source>
        <translation>Beoordelaars kiezen zelf de volgorde van de casussen.</translation>
    </message>
    <message>
        <source>Readers go from case to case, with no way back.</source>
        <translation>Beoordelaars gaan van casus naar casus, zonder weg terug.</translation>
    </message>
    <message>
        <source>Readers may look at earlier cases of the block again.</source>
        <translation>Beoordelaars mogen eerdere casussen van het blok opnieuw bekijken.</translation>
    </message>
    <message>
        <source>Rules while reading</source>
        <translation>Regels bij het lezen</translation>
    </message>
    <message>
        <source>Some cases are read twice, to see how well readers agree with themselves.</source>
        <translation>Sommige casussen worden twee keer gelezen, om te zien hoe goed beoordelaars het met zichzelf eens zijn.</translation>
    </message>
    <message>
        <source>This is the decision that is compared with the truth.</source>
        <translation>Dit is de beslissing die met de waarheid wordt vergeleken.</translation>
    </message>
    <message>
        <source>This is the rating for the ROC curve.</source>
        <translation>Dit is de waardering voor de ROC-curve.</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>Wat er wordt gevraagd</translation>
    </message>
    <message>
        <source>What is planted</source>
        <translation>Wat er is ingebracht</translation>
    </message>
    <message>
        <source>What readers are told</source>
        <translation>Wat beoordelaars te horen krijgen</translation>
    </message>
    <message>
        <source>Who reads what</source>
        <translation>Wie wat leest</translation>
    </message>
    <message>
        <source>Whoever signs in is enrolled.</source>
        <translation>Wie zich aanmeldt, wordt ingeschreven.</translation>
    </message>
    <message>
        <source>a drawn place of the plan</source>
        <translation>een gelote plaats in het plan</translation>
    </message>
    <message>
        <source>a finding has another score</source>
        <translation>een bevinding heeft een andere score</translation>
    </message>
    <message>
        <source>a finding has another size</source>
        <translation>een bevinding heeft een andere grootte</translation>
    </message>
    <message>
        <source>a finding is called something else</source>
        <translation>een bevinding wordt anders genoemd</translation>
    </message>
    <message>
        <source>a finding is invented</source>
        <translation>een bevinding is verzonnen</translation>
    </message>
    <message>
        <source>a finding lies in another place</source>
        <translation>een bevinding ligt op een andere plaats</translation>
    </message>
    <message>
        <source>a lesion is passed over</source>
        <translation>een laesie wordt overgeslagen</translation>
    </message>
    <message>
        <source>a sample of {number} of {cases}</source>
        <translation>een steekproef van {number} uit {cases}</translation>
    </message>
    <message>
        <source>after all sessions</source>
        <translation>na alle sessies</translation>
    </message>
    <message>
        <source>after {n} s</source>
        <translation>na {n} s</translation>
    </message>
    <message>
        <source>answers become final</source>
        <translation>antwoorden worden definitief</translation>
    </message>
    <message>
        <source>at least {days} apart</source>
        <translation>met minstens {days} ertussen</translation>
    </message>
    <message>
        <source>at least {n} cases apart</source>
        <translation>met minstens {n} casussen ertussen</translation>
    </message>
    <message>
        <source>at least {n} s</source>
        <translation>minstens {n} s</translation>
    </message>
    <message>
        <source>at most {n} s</source>
        <translation>hoogstens {n} s</translation>
    </message>
    <message>
        <source>before all sessions</source>
        <translation>voor alle sessies</translation>
    </message>
    <message>
        <source>between each two</source>
        <translation>tussen elke twee</translation>
    </message>
    <message>
        <source>for each {what}</source>
        <translation>voor elke {what}</translation>
    </message>
    <message>
        <source>forwards for one reader and backwards for the next</source>
        <translation>vooruit voor de ene beoordelaar en achteruit voor de volgende</translation>
    </message>
    <message>
        <source>hidden until asked for</source>
        <translation>verborgen tot erom wordt gevraagd</translation>
    </message>
    <message>
        <source>hidden until switched on</source>
        <translation>verborgen tot hij wordt aangezet</translation>
    </message>
    <message>
        <source>how others answered</source>
        <translation>hoe anderen antwoordden</translation>
    </message>
    <message numerus="yes">
        <source>in %n case(s) for each reader</source>
        <translation>
            <numerusform>in %n casus voor elke beoordelaar</numerusform>
            <numerusform>in %n casussen voor elke beoordelaar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n named case(s)</source>
        <translation>
            <numerusform>in %n genoemde casus</numerusform>
            <numerusform>in %n genoemde casussen</numerusform>
        </translation>
    </message>
    <message>
        <source>in all cases that fit</source>
        <translation>in alle casussen die passen</translation>
    </message>
    <message>
        <source>in an order that a Latin square turns from reader to reader</source>
        <translation>in een volgorde die een Latijns vierkant van beoordelaar tot beoordelaar draait</translation>
    </message>
    <message>
        <source>in an order that is drawn for each reader</source>
        <translation>in een volgorde die voor elke beoordelaar wordt geloot</translation>
    </message>
    <message>
        <source>in every possible order in turn</source>
        <translation>om de beurt in elke mogelijke volgorde</translation>
    </message>
    <message>
        <source>in the order in which they are written</source>
        <translation>in de volgorde waarin ze staan geschreven</translation>
    </message>
    <message>
        <source>in {n} blocks of one sitting ({names})</source>
        <translation>in {n} blokken van één sitting ({names})</translation>
    </message>
    <message>
        <source>in {n} sessions ({names})</source>
        <translation>in {n} sessies ({names})</translation>
    </message>
    <message>
        <source>left and right are swapped</source>
        <translation>links en rechts zijn verwisseld</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nee</translation>
    </message>
    <message>
        <source>none in the first {n}</source>
        <translation>geen in de eerste {n}</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>niets</translation>
    </message>
    <message>
        <source>nothing is asked</source>
        <translation>er wordt niets gevraagd</translation>
    </message>
    <message>
        <source>only if {rule}</source>
        <translation>alleen als {rule}</translation>
    </message>
    <message>
        <source>other cases for each reader</source>
        <translation>andere casussen voor elke beoordelaar</translation>
    </message>
    <message>
        <source>the category is wrong</source>
        <translation>de categorie is verkeerd</translation>
    </message>
    <message>
        <source>the map is hot in a wrong place</source>
        <translation>de kaart is op een verkeerde plaats heet</translation>
    </message>
    <message>
        <source>the next place of the plan</source>
        <translation>de volgende plaats in het plan</translation>
    </message>
    <message>
        <source>the place with the fewest readers who completed or still read</source>
        <translation>de plaats met de minste beoordelaars die klaar zijn of nog lezen</translation>
    </message>
    <message>
        <source>the same cases for all</source>
        <translation>dezelfde casussen voor iedereen</translation>
    </message>
    <message>
        <source>the scores have nothing to do with what is right</source>
        <translation>de scores hebben niets te maken met wat juist is</translation>
    </message>
    <message>
        <source>the truth</source>
        <translation>de waarheid</translation>
    </message>
    <message>
        <source>the whole result is made up</source>
        <translation>het hele resultaat is verzonnen</translation>
    </message>
    <message>
        <source>the whole result is that of another AI</source>
        <translation>het hele resultaat is dat van een andere AI</translation>
    </message>
    <message>
        <source>their own answers</source>
        <translation>hun eigen antwoorden</translation>
    </message>
    <message>
        <source>under the pointer</source>
        <translation>onder de muisaanwijzer</translation>
    </message>
    <message>
        <source>what AI said</source>
        <translation>wat AI zei</translation>
    </message>
    <message>
        <source>where they looked</source>
        <translation>waar ze keken</translation>
    </message>
    <message>
        <source>which mistakes were planted</source>
        <translation>welke fouten waren ingebracht</translation>
    </message>
    <message>
        <source>with {layers}</source>
        <translation>met {layers}</translation>
    </message>
    <message>
        <source>without AI</source>
        <translation>zonder AI</translation>
    </message>
    <message>
        <source>without a reference</source>
        <translation>zonder referentie</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>{key}: new, {value}</source>
        <translation>{key}: nieuw, {value}</translation>
    </message>
    <message>
        <source>{key}: {value} is taken away</source>
        <translation>{key}: {value} vervalt</translation>
    </message>
    <message>
        <source>{kind} in what {ai} says</source>
        <translation>{kind} in wat {ai} zegt</translation>
    </message>
    <message>
        <source>{layer} of {ai}</source>
        <translation>{layer} van {ai}</translation>
    </message>
    <message>
        <source>{positive} positive by the reference</source>
        <translation>{positive} positief volgens de referentie</translation>
    </message>
    <message>
        <source>{readers} will read {cases} ({known}).</source>
        <translation>{readers} lezen {cases} ({known}).</translation>
    </message>
    <message>
        <source>{these} and {last}</source>
        <translation>{these} en {last}</translation>
    </message>
    <message>
        <source>{whose} reads each case once, a set of cases in each of {names}; the blocks come {order}.</source>
        <translation>{whose} leest elke casus één keer, een deel van de casussen in elk van {names}; de blokken komen {order}.</translation>
    </message>
    <message>
        <source>{whose} reads each case once: {name}.</source>
        <translation>{whose} leest elke casus één keer: {name}.</translation>
    </message>
    <message>
        <source>{whose} reads every case {n} times, {sittings}, {order}.</source>
        <translation>{whose} leest elke casus {n} keer, {sittings}, {order}.</translation>
    </message>
</context>
<context>
    <name>QuestionField</name>
    <message>
        <source>Confirmed before: {answer}</source>
        <translation>Eerder bevestigd: {answer}</translation>
    </message>
    <message>
        <source>Still to be answered: {question}</source>
        <translation>Nog te beantwoorden: {question}</translation>
    </message>
    <message>
        <source>answer this first</source>
        <translation>beantwoord dit eerst</translation>
    </message>
    <message>
        <source>confirmed, read-only</source>
        <translation>bevestigd, alleen lezen</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>facultatief</translation>
    </message>
    <message>
        <source>still open</source>
        <translation>nog open</translation>
    </message>
</context>
<context>
    <name>QuestionPanel</name>
    <message>
        <source>Confirmed: these answers cannot be changed any more.</source>
        <translation>Bevestigd: deze antwoorden kunnen niet meer worden gewijzigd.</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Vragen</translation>
    </message>
    <message>
        <source>Your own view</source>
        <translation>Uw eigen oordeel</translation>
    </message>
</context>
<context>
    <name>RankingField</name>
    <message>
        <source>1st: {end}</source>
        <translation>1e: {end}</translation>
    </message>
    <message>
        <source>All places are given: take one back first, with its own key.</source>
        <translation>Alle plaatsen zijn vergeven: neem er eerst een terug, met zijn eigen toets.</translation>
    </message>
    <message>
        <source>place {number}</source>
        <translation>plaats {number}</translation>
    </message>
</context>
<context>
    <name>ReaderPage</name>
    <message>
        <source> (overridden)</source>
        <translation> (opgeheven)</translation>
    </message>
    <message>
        <source>About this reader</source>
        <translation>Over deze beoordelaar</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Casus</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>Conditie</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bevestigd</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>Beslissen</translation>
    </message>
    <message>
        <source>Decide …</source>
        <translation>Beslissen …</translation>
    </message>
    <message>
        <source>Decided: {what}.</source>
        <translation>Beslist: {what}.</translation>
    </message>
    <message>
        <source>Decision on the interrupted sitting</source>
        <translation>Beslissing over de onderbroken sessie</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Geëindigd</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Onderbroken</translation>
    </message>
    <message>
        <source>Interruptions</source>
        <translation>Onderbrekingen</translation>
    </message>
    <message>
        <source>It no longer counts. What was read stays in the log, and the export marks it.</source>
        <translation>Hij telt niet meer mee. Wat beoordeeld is blijft in het logboek, en de export merkt het.</translation>
    </message>
    <message>
        <source>It was interrupted for longer than the protocol allows. This holds for this interruption only.</source>
        <translation>Ze was langer onderbroken dan het protocol toestaat. Dit geldt alleen voor deze onderbreking.</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Laatst gezien</translation>
    </message>
    <message>
        <source>May {reader} begin session {n} before {date}?</source>
        <translation>Mag {reader} sessie {n} beginnen vóór {date}?</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Override the washout</source>
        <translation>Wash-out opheffen</translation>
    </message>
    <message>
        <source>Override washout …</source>
        <translation>Wash-out opheffen …</translation>
    </message>
    <message>
        <source>Phases</source>
        <translation>Fasen</translation>
    </message>
    <message>
        <source>Reader {reader}</source>
        <translation>Beoordelaar {reader}</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Opmerking</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Seconden</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sessie</translation>
    </message>
    <message>
        <source>Session {n} of {reader}: {what}?</source>
        <translation>Sessie {n} van {reader}: {what}?</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sessies</translation>
    </message>
    <message>
        <source>Sittings</source>
        <translation>Aanmeldingen</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>The trial no longer counts.</source>
        <translation>De trial telt niet meer mee.</translation>
    </message>
    <message>
        <source>The washout is overridden.</source>
        <translation>De wash-out is opgeheven.</translation>
    </message>
    <message>
        <source>The washout of the protocol is not kept for this session; the export says so.</source>
        <translation>De wash-out van het protocol wordt voor deze sessie niet aangehouden; de export zegt dat.</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>Trials</translation>
    </message>
    <message>
        <source>Void the trial</source>
        <translation>Trial ongeldig maken</translation>
    </message>
    <message>
        <source>Void trial {n} ({case}) of {reader}?</source>
        <translation>Trial {n} ({case}) van {reader} ongeldig maken?</translation>
    </message>
    <message>
        <source>Void trial …</source>
        <translation>Trial ongeldig maken …</translation>
    </message>
    <message>
        <source>Washout ends</source>
        <translation>Wash-out eindigt</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Wat er gebeurde</translation>
    </message>
    <message>
        <source>What the log says of this reader. Times run from the first image to the confirmation.</source>
        <translation>Wat het logboek over deze beoordelaar zegt. Tijden lopen van het eerste beeld tot de bevestiging.</translation>
    </message>
    <message>
        <source>cut off, or still open</source>
        <translation>afgebroken, of nog open</translation>
    </message>
    <message>
        <source>practice</source>
        <translation>oefening</translation>
    </message>
    <message>
        <source>void: {why}</source>
        <translation>ongeldig: {why}</translation>
    </message>
    <message>
        <source>‹ All readers</source>
        <translation>‹ Alle beoordelaars</translation>
    </message>
</context>
<context>
    <name>ReadersPage</name>
    <message>
        <source>2 to 32 letters, digits, - or _, starting with a letter. No names.</source>
        <translation>2 tot 32 letters, cijfers, - of _, met een letter vooraan. Geen namen.</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>Een andere</translation>
    </message>
    <message>
        <source>Arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>Choose a reader in the table first.</source>
        <translation>Kies eerst een beoordelaar in de tabel.</translation>
    </message>
    <message>
        <source>Choose a value for each stratum.</source>
        <translation>Kies een waarde voor elk stratum.</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Kiezen …</translation>
    </message>
    <message>
        <source>Does {reader} leave the study?</source>
        <translation>Verlaat {reader} de studie?</translation>
    </message>
    <message>
        <source>Done, hide it</source>
        <translation>Klaar, verbergen</translation>
    </message>
    <message>
        <source>Drop-out …</source>
        <translation>Uitval …</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>Inschrijven</translation>
    </message>
    <message>
        <source>Enrol a reader</source>
        <translation>Beoordelaar inschrijven</translation>
    </message>
    <message>
        <source>Enrol readers under pseudonyms. Who is behind one is written down elsewhere, never here.</source>
        <translation>Schrijf beoordelaars in onder pseudoniemen. Wie erachter zit staat elders, nooit hier.</translation>
    </message>
    <message>
        <source>Enrolled</source>
        <translation>Ingeschreven</translation>
    </message>
    <message>
        <source>Enrolled readers</source>
        <translation>Ingeschreven beoordelaars</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Afgerond</translation>
    </message>
    <message>
        <source>Give {reader} a new PIN?</source>
        <translation>{reader} een nieuwe pincode geven?</translation>
    </message>
    <message>
        <source>New PIN</source>
        <translation>Nieuwe pincode</translation>
    </message>
    <message>
        <source>New PIN …</source>
        <translation>Nieuwe pincode …</translation>
    </message>
    <message>
        <source>Nobody is enrolled yet.</source>
        <translation>Nog niemand is ingeschreven.</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>Pincode</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Plaats</translation>
    </message>
    <message>
        <source>Pseudonym</source>
        <translation>Pseudoniem</translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Beoordelaar</translation>
    </message>
    <message>
        <source>Readers</source>
        <translation>Beoordelaars</translation>
    </message>
    <message>
        <source>Record the drop-out</source>
        <translation>Uitval vastleggen</translation>
    </message>
    <message>
        <source>Save as text …</source>
        <translation>Opslaan als tekst …</translation>
    </message>
    <message>
        <source>Save the slip</source>
        <translation>Briefje opslaan</translation>
    </message>
    <message>
        <source>Slip</source>
        <translation>Briefje</translation>
    </message>
    <message>
        <source>Slip for the reader: the PIN is shown this once</source>
        <translation>Briefje voor de beoordelaar: de pincode wordt alleen nu getoond</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Stratum</source>
        <translation>Stratum</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Tekst (*.txt)</translation>
    </message>
    <message>
        <source>The old one no longer works. A lock after wrong tries ends.</source>
        <translation>De oude werkt niet meer. Een blokkade na foute pogingen vervalt.</translation>
    </message>
    <message>
        <source>The slip can&apos;t be written ({why}): {file}. Choose another folder.</source>
        <translation>Het briefje kan niet worden geschreven ({why}): {file}. Kies een andere map.</translation>
    </message>
    <message>
        <source>They can no longer sign in and their place is given to somebody else. What was read stays.</source>
        <translation>Aanmelden kan niet meer en de plaats gaat naar iemand anders. Wat beoordeeld is blijft.</translation>
    </message>
    <message>
        <source>Written: {file}. Print it, hand it over, then delete it.</source>
        <translation>Geschreven: {file}. Druk het af, geef het af en wis het dan.</translation>
    </message>
    <message>
        <source>drawn, unless you type one</source>
        <translation>getrokken, tenzij u er een typt</translation>
    </message>
    <message>
        <source>dropped out: {why}</source>
        <translation>uitgevallen: {why}</translation>
    </message>
    <message>
        <source>takes part</source>
        <translation>doet mee</translation>
    </message>
    <message>
        <source>{done} of {of} sessions</source>
        <translation>{done} van {of} sessies</translation>
    </message>
    <message>
        <source>{reader} has left the study.</source>
        <translation>{reader} heeft de studie verlaten.</translation>
    </message>
</context>
<context>
    <name>ReadingRoom</name>
    <message>
        <source>Loading the images …</source>
        <translation>De beelden worden geladen …</translation>
    </message>
    <message>
        <source>Paused. {key} goes on.</source>
        <translation>Gepauzeerd. {key} gaat verder.</translation>
    </message>
    <message>
        <source>The AI is still at work …</source>
        <translation>De AI is nog bezig …</translation>
    </message>
</context>
<context>
    <name>ReasonCard</name>
    <message>
        <source>At least ten characters. It is kept for good, with your name and the time.</source>
        <translation>Minstens tien tekens. Het blijft voorgoed bewaard, met uw naam en de tijd.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuleren</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Reden</translation>
    </message>
</context>
<context>
    <name>Received</name>
    <message>
        <source>Images of another patient came, too. They are not shown.</source>
        <translation>Er kwamen ook beelden van een andere patiënt. Die worden niet getoond.</translation>
    </message>
    <message>
        <source>Images that cannot be read: {n}. {why}</source>
        <translation>Beelden die niet gelezen kunnen worden: {n}. {why}</translation>
    </message>
</context>
<context>
    <name>RegionWindowDesk</name>
    <message>
        <source>Draw a box: its values become the window. Esc leaves.</source>
        <translation>Teken een kader: de waarden daarin worden het venster. Esc stopt.</translation>
    </message>
    <message>
        <source>This region has no grey values.</source>
        <translation>Dit gebied heeft geen grijswaarden.</translation>
    </message>
</context>
<context>
    <name>ReleasePage</name>
    <message>
        <source>Acts</source>
        <translation>Handelingen</translation>
    </message>
    <message>
        <source>Amend</source>
        <translation>Wijzigen</translation>
    </message>
    <message>
        <source>Amend …</source>
        <translation>Wijzigen …</translation>
    </message>
    <message>
        <source>Changes in words</source>
        <translation>Wijzigingen in woorden</translation>
    </message>
    <message>
        <source>Changes line by line</source>
        <translation>Wijzigingen regel voor regel</translation>
    </message>
    <message>
        <source>From now on readers can begin. The file is locked: a change is an amendment.</source>
        <translation>Vanaf nu kunnen beoordelaars beginnen. Het bestand ligt vast: een verandering is een wijziging met een nieuwe versie.</translation>
    </message>
    <message>
        <source>Give the file a new version first: {version} is taken.</source>
        <translation>Geef het bestand eerst een nieuwe versie: {version} is bezet.</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In woorden</translation>
    </message>
    <message>
        <source>Line by line</source>
        <translation>Regel voor regel</translation>
    </message>
    <message>
        <source>Mode {mode} needs no release: readers can begin.</source>
        <translation>Modus {mode} heeft geen vrijgave nodig: beoordelaars kunnen beginnen.</translation>
    </message>
    <message>
        <source>Nobody can read yet. First the file must survive a dry run: see Protocol, Dry run.</source>
        <translation>Nog niemand kan beoordelen. Eerst moet het bestand een proefloop doorstaan: zie Protocol, Proefloop.</translation>
    </message>
    <message>
        <source>Nobody can sign in until you resume. Who reads now may finish the sitting.</source>
        <translation>Niemand kan zich aanmelden tot u hervat. Wie nu beoordeelt mag de sessie afmaken.</translation>
    </message>
    <message>
        <source>Not released</source>
        <translation>Niet vrijgegeven</translation>
    </message>
    <message>
        <source>Only comments and spacing.</source>
        <translation>Alleen commentaar en witruimte.</translation>
    </message>
    <message>
        <source>Open the newer file on the page Protocol.</source>
        <translation>Open het nieuwere bestand op de pagina Protocol.</translation>
    </message>
    <message>
        <source>Open the study for readers, pause it, or put an amended file in its place. Every act stays in the log.</source>
        <translation>Geef de studie vrij voor beoordelaars, pauzeer haar, of zet er een gewijzigd bestand voor in de plaats. Elke handeling blijft in het logboek.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pauzeren</translation>
    </message>
    <message>
        <source>Pause this study?</source>
        <translation>Deze studie pauzeren?</translation>
    </message>
    <message>
        <source>Pause …</source>
        <translation>Pauzeren …</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Gepauzeerd</translation>
    </message>
    <message>
        <source>Put this file in the place of the one in force?</source>
        <translation>Dit bestand in de plaats van het geldende zetten?</translation>
    </message>
    <message>
        <source>Readers can sign in again.</source>
        <translation>Beoordelaars kunnen zich weer aanmelden.</translation>
    </message>
    <message>
        <source>Readers who are enrolled can sign in and read.</source>
        <translation>Ingeschreven beoordelaars kunnen zich aanmelden en beoordelen.</translation>
    </message>
    <message>
        <source>Reading orders</source>
        <translation>Leesvolgorden</translation>
    </message>
    <message>
        <source>Reason: {why} Readers who were reading may finish their sitting.</source>
        <translation>Reden: {why} Wie bezig was mag de sessie afmaken.</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Vrijgeven</translation>
    </message>
    <message>
        <source>Release this study?</source>
        <translation>Deze studie vrijgeven?</translation>
    </message>
    <message>
        <source>Release …</source>
        <translation>Vrijgeven …</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>Vrijgegeven</translation>
    </message>
    <message>
        <source>Replaced by a newer version</source>
        <translation>Vervangen door een nieuwere versie</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Hervatten</translation>
    </message>
    <message>
        <source>Resume this study?</source>
        <translation>Deze studie hervatten?</translation>
    </message>
    <message>
        <source>Resume …</source>
        <translation>Hervatten …</translation>
    </message>
    <message>
        <source>Sittings that were begun restart under the new version; what was read stays in the log.</source>
        <translation>Begonnen sessies starten opnieuw onder de nieuwe versie; wat beoordeeld is blijft in het logboek.</translation>
    </message>
    <message>
        <source>The file has changed since readers began</source>
        <translation>Het bestand is veranderd sinds beoordelaars begonnen</translation>
    </message>
    <message>
        <source>The file survived its dry run. Nobody can read before you release it.</source>
        <translation>Het bestand heeft de proefloop doorstaan. Niemand kan beoordelen voordat u het vrijgeeft.</translation>
    </message>
    <message>
        <source>Version {old} is in force; this file is {new}. It holds from each reader&apos;s next sitting on, after a dry run and a release of its own.</source>
        <translation>Versie {old} geldt; dit bestand is {new}. Het geldt vanaf de volgende sessie van elke beoordelaar, na een eigen proefloop en vrijgave.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Wat</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>Wat verandert</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>Wat er is gedaan</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wanneer</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Waarom</translation>
    </message>
    <message>
        <source>account locked</source>
        <translation>account geblokkeerd</translation>
    </message>
    <message>
        <source>account made</source>
        <translation>account gemaakt</translation>
    </message>
    <message>
        <source>amended</source>
        <translation>gewijzigd</translation>
    </message>
    <message>
        <source>drop-out</source>
        <translation>uitval</translation>
    </message>
    <message>
        <source>dry run</source>
        <translation>proefloop</translation>
    </message>
    <message>
        <source>enrolled</source>
        <translation>ingeschreven</translation>
    </message>
    <message>
        <source>exported</source>
        <translation>geëxporteerd</translation>
    </message>
    <message>
        <source>gap decided</source>
        <translation>onderbreking beslist</translation>
    </message>
    <message>
        <source>new PIN</source>
        <translation>nieuwe pincode</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>gepauzeerd</translation>
    </message>
    <message>
        <source>readers keep their orders</source>
        <translation>beoordelaars houden hun volgorde</translation>
    </message>
    <message>
        <source>released</source>
        <translation>vrijgegeven</translation>
    </message>
    <message>
        <source>resumed</source>
        <translation>hervat</translation>
    </message>
    <message>
        <source>signed in</source>
        <translation>aangemeld</translation>
    </message>
    <message>
        <source>signed out</source>
        <translation>afgemeld</translation>
    </message>
    <message>
        <source>sittings not finished are drawn anew</source>
        <translation>niet afgeronde sessies worden opnieuw getrokken</translation>
    </message>
    <message>
        <source>trial voided</source>
        <translation>trial ongeldig gemaakt</translation>
    </message>
    <message>
        <source>unblinded</source>
        <translation>gedeblindeerd</translation>
    </message>
    <message>
        <source>washout overridden</source>
        <translation>wash-out opgeheven</translation>
    </message>
    <message>
        <source>wrong try to sign in</source>
        <translation>foute aanmeldpoging</translation>
    </message>
</context>
<context>
    <name>Replay</name>
    <message>
        <source>(and {count} more)</source>
        <translation>(en nog {count})</translation>
    </message>
    <message>
        <source>A break</source>
        <translation>Pauze</translation>
    </message>
    <message>
        <source>A break begins</source>
        <translation>Een pauze begint</translation>
    </message>
    <message>
        <source>AI not drawn: {names}</source>
        <translation>AI niet getekend: {names}</translation>
    </message>
    <message>
        <source>AI result of {ai}, findings: {findings}</source>
        <translation>AI-resultaat van {ai}, bevindingen: {findings}</translation>
    </message>
    <message>
        <source>AI shown: {layer} ({how})</source>
        <translation>AI getoond: {layer} ({how})</translation>
    </message>
    <message>
        <source>AI triage of {case}: {flag}</source>
        <translation>AI-triage van {case}: {flag}</translation>
    </message>
    <message>
        <source>AI withdrawn: {layer}</source>
        <translation>AI weggehaald: {layer}</translation>
    </message>
    <message>
        <source>All AI back</source>
        <translation>Alle AI terug</translation>
    </message>
    <message>
        <source>All AI held away</source>
        <translation>Alle AI weggehouden</translation>
    </message>
    <message>
        <source>An exam arrives: {case}</source>
        <translation>Er komt een onderzoek binnen: {case}</translation>
    </message>
    <message>
        <source>Another window is in front</source>
        <translation>Een ander schermvenster staat vooraan</translation>
    </message>
    <message>
        <source>Answer taken back: {question}</source>
        <translation>Antwoord teruggenomen: {question}</translation>
    </message>
    <message>
        <source>Answer: {question} = {value}</source>
        <translation>Antwoord: {question} = {value}</translation>
    </message>
    <message>
        <source>Back to case {case}</source>
        <translation>Terug naar casus {case}</translation>
    </message>
    <message>
        <source>Between cases</source>
        <translation>Tussen casussen</translation>
    </message>
    <message>
        <source>Case interrupted ({reason})</source>
        <translation>Casus onderbroken ({reason})</translation>
    </message>
    <message>
        <source>Case {case} ({condition})</source>
        <translation>Casus {case} ({condition})</translation>
    </message>
    <message>
        <source>Case {case} set aside for an urgent one</source>
        <translation>Casus {case} opzijgezet voor een spoedcasus</translation>
    </message>
    <message>
        <source>Case {case} taken up again</source>
        <translation>Casus {case} weer opgepakt</translation>
    </message>
    <message>
        <source>Case {case}: NOT the same images.</source>
        <translation>Casus {case}: NIET dezelfde beelden.</translation>
    </message>
    <message>
        <source>Case {case}: a series has another size or place than then.</source>
        <translation>Casus {case}: een serie heeft een andere grootte of plaats dan toen.</translation>
    </message>
    <message>
        <source>Case {case}: a series is not there.</source>
        <translation>Casus {case}: een serie ontbreekt.</translation>
    </message>
    <message>
        <source>Case {case}: every pixel as it was.</source>
        <translation>Casus {case}: elke pixel zoals toen.</translation>
    </message>
    <message>
        <source>Case {case}: the log has no hash of a series; size and place are those of then.</source>
        <translation>Casus {case}: het logboek heeft geen hash van een serie; grootte en plaats zijn die van toen.</translation>
    </message>
    <message>
        <source>Case {case}: {seen} of {all} images had arrived when it was seen last.</source>
        <translation>Casus {case}: {seen} van {all} beelden waren binnen toen die het laatst werd gezien.</translation>
    </message>
    <message>
        <source>Case {place} of {count}: {case}</source>
        <translation>Casus {place} van {count}: {case}</translation>
    </message>
    <message>
        <source>Case {what}: no image on the screen</source>
        <translation>Casus {what}: geen beeld op het scherm</translation>
    </message>
    <message>
        <source>Check of the eye tracker: {outcome}</source>
        <translation>Controle van de eyetracker: {outcome}</translation>
    </message>
    <message>
        <source>Command {command} ({source})</source>
        <translation>Commando {command} ({source})</translation>
    </message>
    <message>
        <source>Decision, step {phase1}</source>
        <translation>Besluit, stap {phase1}</translation>
    </message>
    <message>
        <source>Every hash of the log agrees.</source>
        <translation>Elke hash van het logboek klopt.</translation>
    </message>
    <message>
        <source>Finding {finding}</source>
        <translation>Bevinding {finding}</translation>
    </message>
    <message>
        <source>First image on the screen</source>
        <translation>Eerste beeld op het scherm</translation>
    </message>
    <message>
        <source>Going on</source>
        <translation>Gaat verder</translation>
    </message>
    <message>
        <source>Layer {layer} set by the {by}</source>
        <translation>Laag {layer} ingesteld ({by})</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Laden …</translation>
    </message>
    <message>
        <source>Mark placed on image {slice1}</source>
        <translation>Markering geplaatst op beeld {slice1}</translation>
    </message>
    <message>
        <source>Mark removed</source>
        <translation>Markering verwijderd</translation>
    </message>
    <message>
        <source>Measured ({kind}): {numbers}</source>
        <translation>Gemeten ({kind}): {numbers}</translation>
    </message>
    <message>
        <source>Measurement removed</source>
        <translation>Meting verwijderd</translation>
    </message>
    <message>
        <source>Message: {what}</source>
        <translation>Melding: {what}</translation>
    </message>
    <message>
        <source>NOT what the reader saw: {what}</source>
        <translation>NIET wat de beoordelaar zag: {what}</translation>
    </message>
    <message>
        <source>No eye tracker ({reason})</source>
        <translation>Geen eyetracker ({reason})</translation>
    </message>
    <message>
        <source>Nobody picked up</source>
        <translation>Niemand nam op</translation>
    </message>
    <message>
        <source>Nobody stirs</source>
        <translation>Niemand beweegt</translation>
    </message>
    <message>
        <source>On the telephone</source>
        <translation>Aan de telefoon</translation>
    </message>
    <message>
        <source>Page left: {text}</source>
        <translation>Pagina verlaten: {text}</translation>
    </message>
    <message>
        <source>Page: {text}</source>
        <translation>Pagina: {text}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Gepauzeerd</translation>
    </message>
    <message>
        <source>Reading list shown</source>
        <translation>Werklijst getoond</translation>
    </message>
    <message>
        <source>Row {row} of the reading list opened: {case}</source>
        <translation>Rij {row} van de werklijst geopend: {case}</translation>
    </message>
    <message>
        <source>Saved; went on</source>
        <translation>Opgeslagen; verdergegaan</translation>
    </message>
    <message>
        <source>Segment painted</source>
        <translation>Segment getekend</translation>
    </message>
    <message>
        <source>Segment removed</source>
        <translation>Segment verwijderd</translation>
    </message>
    <message>
        <source>Signed out ({reason})</source>
        <translation>Afgemeld ({reason})</translation>
    </message>
    <message>
        <source>Signed out: {what}</source>
        <translation>Afgemeld: {what}</translation>
    </message>
    <message>
        <source>Step {number} without AI</source>
        <translation>Stap {number} zonder AI</translation>
    </message>
    <message>
        <source>Step {number}: AI ({layers})</source>
        <translation>Stap {number}: AI ({layers})</translation>
    </message>
    <message>
        <source>Step {phase1} left out ({why})</source>
        <translation>Stap {phase1} overgeslagen ({why})</translation>
    </message>
    <message>
        <source>Stopped: the store could not save</source>
        <translation>Gestopt: er kon niet worden opgeslagen</translation>
    </message>
    <message>
        <source>The acquisition of {case} is complete ({acquisition})</source>
        <translation>De opname van {case} is compleet ({acquisition})</translation>
    </message>
    <message>
        <source>The break is over</source>
        <translation>De pauze is voorbij</translation>
    </message>
    <message>
        <source>The eye tracker {name} is heard</source>
        <translation>Eyetracker {name} wordt ontvangen</translation>
    </message>
    <message>
        <source>The images can&apos;t be read: {why}</source>
        <translation>De beelden kunnen niet worden gelezen: {why}</translation>
    </message>
    <message>
        <source>The images of case {case} are not here.</source>
        <translation>De beelden van casus {case} zijn er niet.</translation>
    </message>
    <message>
        <source>The images that were shown here are not at hand.</source>
        <translation>De beelden die hier werden getoond zijn er niet.</translation>
    </message>
    <message>
        <source>The log is not as it was written: {what} {more}</source>
        <translation>Het logboek is niet zoals het is geschreven: {what} {more}</translation>
    </message>
    <message>
        <source>The log is too old to say which result of {ai} was shown.</source>
        <translation>Het logboek is te oud om te zeggen welk resultaat van {ai} werd getoond.</translation>
    </message>
    <message>
        <source>The model of {ai} is another than then.</source>
        <translation>Het model van {ai} is een ander dan toen.</translation>
    </message>
    <message>
        <source>The model of {ai} is not here.</source>
        <translation>Het model van {ai} is er niet.</translation>
    </message>
    <message>
        <source>The model of {ai} is that of then.</source>
        <translation>Het model van {ai} is dat van toen.</translation>
    </message>
    <message>
        <source>The protocol in the store is not the one that was frozen.</source>
        <translation>Het protocol in de opslag is niet het protocol dat is vastgelegd.</translation>
    </message>
    <message>
        <source>The protocol is that of then.</source>
        <translation>Het protocol is dat van toen.</translation>
    </message>
    <message>
        <source>The quota is reached: {read} cases</source>
        <translation>Het aantal is bereikt: {read} casussen</translation>
    </message>
    <message>
        <source>The reader hangs up: {said}</source>
        <translation>De beoordelaar hangt op: {said}</translation>
    </message>
    <message>
        <source>The reader is back</source>
        <translation>De beoordelaar is terug</translation>
    </message>
    <message>
        <source>The reader is told how it went</source>
        <translation>De beoordelaar krijgt terugkoppeling</translation>
    </message>
    <message>
        <source>The reader picks up</source>
        <translation>De beoordelaar neemt op</translation>
    </message>
    <message>
        <source>The reader reads a page: {what}</source>
        <translation>De beoordelaar leest een pagina: {what}</translation>
    </message>
    <message>
        <source>The reading list</source>
        <translation>De werklijst</translation>
    </message>
    <message>
        <source>The result of {ai} is another than the one that was shown: it is left out.</source>
        <translation>Het resultaat van {ai} is een ander dan het getoonde: het wordt weggelaten.</translation>
    </message>
    <message>
        <source>The result of {ai} is not here.</source>
        <translation>Het resultaat van {ai} is er niet.</translation>
    </message>
    <message>
        <source>The scanner begins with {case} ({acquisition})</source>
        <translation>De scanner begint met {case} ({acquisition})</translation>
    </message>
    <message>
        <source>The study file was changed since; the protocol of then, from the store, is used.</source>
        <translation>Het studiebestand is sindsdien gewijzigd; het protocol van toen, uit de opslag, wordt gebruikt.</translation>
    </message>
    <message>
        <source>The study is not here: no images and AI results. Name it: --study</source>
        <translation>De studie is er niet: geen beelden en AI-resultaten. Noem haar: --study</translation>
    </message>
    <message>
        <source>The telephone rings</source>
        <translation>De telefoon gaat</translation>
    </message>
    <message>
        <source>The time of the block is over</source>
        <translation>De tijd van het blok is om</translation>
    </message>
    <message>
        <source>The window froze for {frozen_ms:.0f} ms</source>
        <translation>Het schermvenster stond {frozen_ms:.0f} ms stil</translation>
    </message>
    <message>
        <source>The window is in front again</source>
        <translation>Het schermvenster staat weer vooraan</translation>
    </message>
    <message>
        <source>Told that {left_s:.0f} s are left</source>
        <translation>Gemeld: nog {left_s:.0f} s over</translation>
    </message>
    <message>
        <source>Truth: negative</source>
        <translation>Waarheid: negatief</translation>
    </message>
    <message>
        <source>Truth: not known</source>
        <translation>Waarheid: niet bekend</translation>
    </message>
    <message>
        <source>Truth: positive, {count} lesions</source>
        <translation>Waarheid: positief, {count} afwijkingen</translation>
    </message>
    <message>
        <source>another window is in front</source>
        <translation>een ander schermvenster staat vooraan</translation>
    </message>
    <message>
        <source>confirmed in step {steps}</source>
        <translation>bevestigd in stap {steps}</translation>
    </message>
    <message>
        <source>cut off, never signed out</source>
        <translation>afgebroken, nooit afgemeld</translation>
    </message>
    <message>
        <source>first</source>
        <translation>eerste</translation>
    </message>
    <message>
        <source>flagged</source>
        <translation>gesignaleerd</translation>
    </message>
    <message>
        <source>flagged by the AI</source>
        <translation>door de AI gesignaleerd</translation>
    </message>
    <message>
        <source>mark {number}</source>
        <translation>markering {number}</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nee</translation>
    </message>
    <message>
        <source>nobody stirs</source>
        <translation>niemand beweegt</translation>
    </message>
    <message>
        <source>not flagged</source>
        <translation>niet gesignaleerd</translation>
    </message>
    <message>
        <source>on the telephone</source>
        <translation>aan de telefoon</translation>
    </message>
    <message>
        <source>part {part} of {parts}</source>
        <translation>deel {part} van {parts}</translation>
    </message>
    <message>
        <source>paused: the images are blank</source>
        <translation>gepauzeerd: de beelden zijn leeg</translation>
    </message>
    <message>
        <source>planted: {names}</source>
        <translation>ingebracht: {names}</translation>
    </message>
    <message>
        <source>repeated</source>
        <translation>herhaald</translation>
    </message>
    <message>
        <source>session {number}</source>
        <translation>sessie {number}</translation>
    </message>
    <message>
        <source>step {number} of {count}: {name}</source>
        <translation>stap {number} van {count}: {name}</translation>
    </message>
    <message>
        <source>truth: {label}</source>
        <translation>waarheid: {label}</translation>
    </message>
    <message>
        <source>voided: {reason}</source>
        <translation>ongeldig gemaakt: {reason}</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>{ai}: the result of then.</source>
        <translation>{ai}: het resultaat van toen.</translation>
    </message>
    <message>
        <source>{count} marked</source>
        <translation>{count} gemarkeerd</translation>
    </message>
    <message>
        <source>{reader} signs in: session {sitting}</source>
        <translation>{reader} meldt zich aan: sessie {sitting}</translation>
    </message>
    <message>
        <source>{slices} images of {case} have arrived ({acquisition})</source>
        <translation>{slices} beelden van {case} zijn binnen ({acquisition})</translation>
    </message>
</context>
<context>
    <name>ReplayView</name>
    <message>
        <source>Not drawn: corner texts, chips, crosshairs …</source>
        <translation>Niet getekend: hoekteksten, labels, dradenkruizen …</translation>
    </message>
    <message>
        <source>Not drawn: corner texts, scale bars, rulers, chips, presentation states, magnifier, crosshairs and reference lines, planes along a curve, planes at an angle that were turned too, drawings under way.</source>
        <translation>Niet getekend: hoekteksten, schaalbalken, linialen, labels, presentatiestatussen, loep, dradenkruizen en referentielijnen, vlakken langs een kromme, schuine vlakken die ook gedraaid waren, tekeningen in wording.</translation>
    </message>
    <message>
        <source>ReaderLab replay – research use, not for diagnosis</source>
        <translation>ReaderLab terugkijken – voor onderzoek, niet voor diagnostiek</translation>
    </message>
</context>
<context>
    <name>ReplayWindow</name>
    <message>
        <source>A report was written. Open the replay again.</source>
        <translation>Er is een verslag geschreven. Open het terugkijken opnieuw.</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>Casussen</translation>
    </message>
    <message>
        <source>Cases of this sitting</source>
        <translation>Casussen van deze sessie</translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab: {0}</source>
        <translation>Er ging iets mis in ReaderLab: {0}</translation>
    </message>
    <message>
        <source>{0} – replay – ReaderLab – research use, not for diagnosis</source>
        <translation>{0} – terugkijken – ReaderLab – voor onderzoek, niet voor diagnostiek</translation>
    </message>
</context>
<context>
    <name>ResultSide</name>
    <message>
        <source>Not shown</source>
        <translation>Niet getoond</translation>
    </message>
    <message>
        <source>Where it comes from</source>
        <translation>Herkomst</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>… en nog {n}</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Blinded: without truth, planted errors and the plan</source>
        <translation>Geblindeerd: zonder waarheid, ingebrachte fouten en plan</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Kiezen …</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporteren</translation>
    </message>
    <message>
        <source>Export with truth and planted errors?</source>
        <translation>Exporteren met waarheid en ingebrachte fouten?</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Map voor de resultaten</translation>
    </message>
    <message>
        <source>It is recorded as an unblinding.</source>
        <translation>Het wordt als deblindering vastgelegd.</translation>
    </message>
    <message>
        <source>It tells truth and planted errors. It is recorded as an unblinding.</source>
        <translation>Het bevat waarheid en ingebrachte fouten. Het wordt als deblindering vastgelegd.</translation>
    </message>
    <message>
        <source>It tells truth and planted errors: making it is recorded as an unblinding, with your reason.</source>
        <translation>Het bevat waarheid en ingebrachte fouten: het maken wordt als deblindering vastgelegd, met uw reden.</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Maken</translation>
    </message>
    <message>
        <source>Make the report …</source>
        <translation>Rapport maken …</translation>
    </message>
    <message>
        <source>Make the report?</source>
        <translation>Het rapport maken?</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Map openen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>Report (one HTML page)</source>
        <translation>Rapport (één HTML-pagina)</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Resultaten</translation>
    </message>
    <message>
        <source>Rows of these modes; none chosen: study alone.</source>
        <translation>Rijen van deze modi; niets gekozen: alleen study.</translation>
    </message>
    <message>
        <source>Tables (CSV and Parquet, with a codebook)</source>
        <translation>Tabellen (CSV en Parquet, met codeboek)</translation>
    </message>
    <message>
        <source>Tables for the statistician and a report to look at. Pseudonyms only.</source>
        <translation>Tabellen voor de statisticus en een rapport om te bekijken. Alleen pseudoniemen.</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Waarheen</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>Geschreven: {path}</translation>
    </message>
    <message>
        <source>{n} files written to {folder}</source>
        <translation>{n} bestanden geschreven naar {folder}</translation>
    </message>
</context>
<context>
    <name>RingingCard</name>
    <message>
        <source>The telephone rings</source>
        <translation>De telefoon gaat</translation>
    </message>
    <message>
        <source>{key} or a click picks up</source>
        <translation>{key} of een klik neemt op</translation>
    </message>
</context>
<context>
    <name>SavingNote</name>
    <message>
        <source>Saving takes longer than usual …</source>
        <translation>Opslaan duurt langer dan gewoonlijk …</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Bezig met opslaan …</translation>
    </message>
</context>
<context>
    <name>Scales</name>
    <message>
        <source>Almost entirely fatty</source>
        <translation>Vrijwel geheel vet</translation>
    </message>
    <message>
        <source>Benign</source>
        <translation>Benigne</translation>
    </message>
    <message>
        <source>Definitely benign</source>
        <translation>Zeker benigne</translation>
    </message>
    <message>
        <source>Definitely hepatocellular carcinoma</source>
        <translation>Zeker hepatocellulair carcinoom</translation>
    </message>
    <message>
        <source>Extremely dense</source>
        <translation>Zeer dicht</translation>
    </message>
    <message>
        <source>Heterogeneously dense</source>
        <translation>Heterogeen dicht</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoog</translation>
    </message>
    <message>
        <source>High suspicion</source>
        <translation>Hoge verdenking</translation>
    </message>
    <message>
        <source>Highly suggestive of malignancy</source>
        <translation>Zeer verdacht voor maligniteit</translation>
    </message>
    <message>
        <source>Highly suspicious</source>
        <translation>Zeer verdacht</translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation>Onvolledig</translation>
    </message>
    <message>
        <source>Intermediate</source>
        <translation>Intermediair</translation>
    </message>
    <message>
        <source>Intermediate probability</source>
        <translation>Intermediaire kans</translation>
    </message>
    <message>
        <source>Known malignancy</source>
        <translation>Bewezen maligniteit</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Laag</translation>
    </message>
    <message>
        <source>Low suspicion</source>
        <translation>Lage verdenking</translation>
    </message>
    <message>
        <source>Malignant, not specifically hepatocellular</source>
        <translation>Maligne, niet specifiek hepatocellulair</translation>
    </message>
    <message>
        <source>Mildly suspicious</source>
        <translation>Licht verdacht</translation>
    </message>
    <message>
        <source>Moderate suspicion</source>
        <translation>Matige verdenking</translation>
    </message>
    <message>
        <source>Moderately suspicious</source>
        <translation>Matig verdacht</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>Negatief</translation>
    </message>
    <message>
        <source>Not categorizable</source>
        <translation>Niet te categoriseren</translation>
    </message>
    <message>
        <source>Not suspicious</source>
        <translation>Niet verdacht</translation>
    </message>
    <message>
        <source>Probably benign</source>
        <translation>Waarschijnlijk benigne</translation>
    </message>
    <message>
        <source>Probably hepatocellular carcinoma</source>
        <translation>Waarschijnlijk hepatocellulair carcinoom</translation>
    </message>
    <message>
        <source>Scattered fibroglandular density</source>
        <translation>Verspreid fibroglandulair</translation>
    </message>
    <message>
        <source>Suspicious</source>
        <translation>Verdacht</translation>
    </message>
    <message>
        <source>Tumour in vein</source>
        <translation>Tumor in vene</translation>
    </message>
    <message>
        <source>Very high</source>
        <translation>Zeer hoog</translation>
    </message>
    <message>
        <source>Very low</source>
        <translation>Zeer laag</translation>
    </message>
    <message>
        <source>Very suspicious</source>
        <translation>Zeer verdacht</translation>
    </message>
    <message>
        <source>Very suspicious, further features</source>
        <translation>Zeer verdacht, verdere kenmerken</translation>
    </message>
</context>
<context>
    <name>ScreenDesk</name>
    <message>
        <source>The images are in a window of their own. Ctrl+F11 brings them back.</source>
        <translation>De beelden staan in een eigen scherm. Ctrl+F11 haalt ze terug.</translation>
    </message>
</context>
<context>
    <name>ScrubBar</name>
    <message>
        <source>AI comes</source>
        <translation>AI verschijnt</translation>
    </message>
    <message>
        <source>The sitting from its beginning to its end</source>
        <translation>De sessie van begin tot eind</translation>
    </message>
    <message>
        <source>decision</source>
        <translation>besluit</translation>
    </message>
    <message>
        <source>nobody reads</source>
        <translation>niemand beoordeelt</translation>
    </message>
    <message>
        <source>page</source>
        <translation>pagina</translation>
    </message>
</context>
<context>
    <name>SeriesList</name>
    <message>
        <source>1 image</source>
        <translation>1 beeld</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Series</translation>
    </message>
    <message>
        <source>Series {n}</source>
        <translation>Serie {n}</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} beelden</translation>
    </message>
    <message>
        <source>{n} time points</source>
        <translation>{n} tijdstippen</translation>
    </message>
</context>
<context>
    <name>SetUpCard</name>
    <message>
        <source>Check of the eye tracker</source>
        <translation>Controle van de eyetracker</translation>
    </message>
    <message>
        <source>From your eyes to the screen</source>
        <translation>Van uw ogen tot het scherm</translation>
    </message>
    <message>
        <source>Go on without the tracker   Esc</source>
        <translation>Verder zonder tracker   Esc</translation>
    </message>
    <message>
        <source>It does not see your eyes now.</source>
        <translation>Hij ziet uw ogen nu niet.</translation>
    </message>
    <message>
        <source>It sees your eyes.</source>
        <translation>Hij ziet uw ogen.</translation>
    </message>
    <message>
        <source>Looking for an eye tracker … Is it on, and does its program send to LSL?</source>
        <translation>Zoekt een eyetracker … Staat hij aan, en zendt zijn programma naar LSL?</translation>
    </message>
    <message>
        <source>Points come one after the other. Look at the middle of each until the next one comes.</source>
        <translation>Er komen punten, een voor een. Kijk naar het midden van elk punt tot het volgende komt.</translation>
    </message>
    <message>
        <source>Start   ⏎</source>
        <translation>Starten   ⏎</translation>
    </message>
    <message>
        <source>Width of the screen&apos;s picture</source>
        <translation>Breedte van het schermbeeld</translation>
    </message>
    <message>
        <source>With both known, errors are told in degrees.</source>
        <translation>Zijn beide bekend, dan staan fouten in graden.</translation>
    </message>
    <message>
        <source>no regular rate</source>
        <translation>geen vast tempo</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>niet bekend</translation>
    </message>
    <message>
        <source>{rate} Hz</source>
        <translation>{rate} Hz</translation>
    </message>
</context>
<context>
    <name>ShapesDesk</name>
    <message numerus="yes">
        <source>No more than %n mark(s) can be made here.</source>
        <translation>
            <numerusform>Hier kan hoogstens %n markering worden gezet.</numerusform>
            <numerusform>Hier kunnen hoogstens %n markeringen worden gezet.</numerusform>
        </translation>
    </message>
    <message>
        <source>This mark was confirmed.</source>
        <translation>Deze markering is bevestigd.</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Answers</source>
        <translation>Antwoorden</translation>
    </message>
    <message>
        <source>Compared with the log: {0} of {1} the same.</source>
        <translation>Vergeleken met het logboek: {0} van {1} hetzelfde.</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Wat er gebeurde</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>nog geen</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message numerus="yes">
        <source>%n case(s)</source>
        <translation>
            <numerusform>%n casus</numerusform>
            <numerusform>%n casussen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n case(s), about {minutes} minutes</source>
        <translation>
            <numerusform>%n casus, ongeveer {minutes} minuten</numerusform>
            <numerusform>%n casussen, ongeveer {minutes} minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>2 to 32 letters, digits, - or _, starting with a letter. No names.</source>
        <translation>2 tot 32 letters, cijfers, - of _, beginnend met een letter. Geen namen.</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Both were given to you by the coordinator of the study.</source>
        <translation>Beide kreeg u van de coördinator van de studie.</translation>
    </message>
    <message>
        <source>DEMO</source>
        <translation>DEMO</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>Een ogenblik …</translation>
    </message>
    <message>
        <source>PILOT</source>
        <translation>PILOT</translation>
    </message>
    <message>
        <source>PIN or password</source>
        <translation>Pincode of wachtwoord</translation>
    </message>
    <message>
        <source>REVIEW</source>
        <translation>NABESPREKING</translation>
    </message>
    <message>
        <source>Research use, not for diagnosis</source>
        <translation>Voor onderzoek, niet voor diagnostiek</translation>
    </message>
    <message>
        <source>Resume at case {number} of {count}</source>
        <translation>Verder bij casus {number} van {count}</translation>
    </message>
    <message>
        <source>STUDY</source>
        <translation>STUDIE</translation>
    </message>
    <message>
        <source>You are new in this study. It asks this of every reader, once.</source>
        <translation>U bent nieuw in deze studie. Dit wordt elke beoordelaar één keer gevraagd.</translation>
    </message>
    <message>
        <source>Your pseudonym in this study</source>
        <translation>Uw pseudoniem in deze studie</translation>
    </message>
    <message>
        <source>Your sitting was left unfinished. Nothing is lost.</source>
        <translation>Uw sessie is niet afgerond. Er is niets verloren.</translation>
    </message>
    <message>
        <source>version {version}</source>
        <translation>versie {version}</translation>
    </message>
</context>
<context>
    <name>SittingDriver</name>
    <message>
        <source>Check the disk that holds the store. Reading goes on by itself as soon as it is saved.</source>
        <translation>Controleer de schijf met de opslag. Het beoordelen gaat vanzelf verder zodra er is opgeslagen.</translation>
    </message>
    <message>
        <source>The last answer has not been saved for five seconds.</source>
        <translation>Het laatste antwoord is al vijf seconden niet opgeslagen.</translation>
    </message>
</context>
<context>
    <name>SliderField</name>
    <message>
        <source>A number from {low} to {high}.</source>
        <translation>Een getal van {low} tot {high}.</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>niet ingesteld</translation>
    </message>
    <message>
        <source>{key}, then type or ← →</source>
        <translation>{key}, dan typen of ← →</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>What the reader saw</source>
        <translation>Wat de beoordelaar zag</translation>
    </message>
    <message>
        <source>shown at {0} %</source>
        <translation>getoond op {0} %</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>A new study: `readerlab new FOLDER` in a terminal writes a commented study file.</source>
        <translation>Een nieuwe studie: `readerlab new FOLDER` in een terminal schrijft een studiebestand met uitleg.</translation>
    </message>
    <message>
        <source>Choose the study that you coordinate.</source>
        <translation>Kies de studie die u coördineert.</translation>
    </message>
    <message>
        <source>Coordinator&apos;s desk</source>
        <translation>Coördinatiebureau</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>Nothing was opened here yet. Open a study file, or drop one on this window.</source>
        <translation>Hier is nog niets geopend. Open een studiebestand, of sleep er een naar dit scherm.</translation>
    </message>
    <message>
        <source>Open a study file</source>
        <translation>Studiebestand openen</translation>
    </message>
    <message>
        <source>Open a study file …</source>
        <translation>Studiebestand openen …</translation>
    </message>
    <message>
        <source>Recent studies</source>
        <translation>Recente studies</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>Study files (*.yaml *.yml)</source>
        <translation>Studiebestanden (*.yaml *.yml)</translation>
    </message>
</context>
<context>
    <name>StateDesk</name>
    <message>
        <source>Graphics only, keep my window</source>
        <translation>Alleen de tekeningen, mijn venster houden</translation>
    </message>
    <message>
        <source>Graphics: {title}</source>
        <translation>Tekeningen: {title}</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Masker</translation>
    </message>
    <message>
        <source>Mask subtracted</source>
        <translation>Masker afgetrokken</translation>
    </message>
    <message>
        <source>No presentation state is about this series.</source>
        <translation>Geen enkele presentatiestaat gaat over deze serie.</translation>
    </message>
    <message>
        <source>No presentation state is applied.</source>
        <translation>Er is geen presentatiestaat toegepast.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Geen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Staat</translation>
    </message>
    <message>
        <source>State: {title}</source>
        <translation>Staat: {title}</translation>
    </message>
    <message>
        <source>States decide the window too.</source>
        <translation>Presentatiestaten bepalen ook het venster.</translation>
    </message>
    <message>
        <source>States draw their graphics and keep your window.</source>
        <translation>Presentatiestaten tekenen en laten uw venster staan.</translation>
    </message>
    <message>
        <source>Subtract the mask</source>
        <translation>Masker aftrekken</translation>
    </message>
    <message>
        <source>The presentation state subtracts this mask: choose another state, or none.</source>
        <translation>De presentatiestaat trekt dit masker af: kies een andere, of geen.</translation>
    </message>
    <message>
        <source>These images name no mask to subtract.</source>
        <translation>Deze beelden noemen geen masker om af te trekken.</translation>
    </message>
</context>
<context>
    <name>StationRoom</name>
    <message>
        <source>Not yet: the decision is asked once the exam is complete.</source>
        <translation>Nog niet: de beslissing wordt gevraagd zodra het onderzoek compleet is.</translation>
    </message>
    <message>
        <source>Paused. P goes on.</source>
        <translation>Gepauzeerd. P gaat verder.</translation>
    </message>
    <message>
        <source>The AI is still at work …</source>
        <translation>De AI is nog bezig …</translation>
    </message>
    <message>
        <source>The previous acquisition cannot be shown. {why}</source>
        <translation>De vorige opname kan niet worden getoond. {why}</translation>
    </message>
    <message>
        <source>There is no previous acquisition.</source>
        <translation>Er is geen vorige opname.</translation>
    </message>
</context>
<context>
    <name>StrataFields</name>
    <message>
        <source>Choose</source>
        <translation>Kies</translation>
    </message>
</context>
<context>
    <name>TableCell</name>
    <message>
        <source>confirmed before</source>
        <translation>eerder bevestigd</translation>
    </message>
</context>
<context>
    <name>TagBrowser</name>
    <message>
        <source>Copy</source>
        <translation>Kopiëren</translation>
    </message>
    <message>
        <source>Copy the selected tags, or all that were found</source>
        <translation>De gekozen tags kopiëren, of alle gevonden tags</translation>
    </message>
    <message>
        <source>DICOM tags</source>
        <translation>DICOM-tags</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Naam</translation>
    </message>
    <message>
        <source>Search code, name or value</source>
        <translation>Zoek code, naam of waarde</translation>
    </message>
    <message>
        <source>Search the tags</source>
        <translation>In de tags zoeken</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Waarde</translation>
    </message>
    <message>
        <source>{found} of {all} tags</source>
        <translation>{found} van {all} tags</translation>
    </message>
    <message>
        <source>{found} of {all} tags; those that could identify the patient are hidden</source>
        <translation>{found} van {all} tags; wat de patiënt kan aanwijzen is verborgen</translation>
    </message>
</context>
<context>
    <name>TargetCard</name>
    <message>
        <source>still open</source>
        <translation>nog open</translation>
    </message>
</context>
<context>
    <name>TellDesk</name>
    <message>
        <source>No offset between linked stacks.</source>
        <translation>Geen verschuiving tussen gekoppelde stapels.</translation>
    </message>
    <message>
        <source>Scrolling</source>
        <translation>Scrollen</translation>
    </message>
    <message>
        <source>There is one viewport only: Ctrl+4 shows four.</source>
        <translation>Er is maar één beeldvenster: Ctrl+4 toont er vier.</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Vensters</translation>
    </message>
    <message>
        <source>Zoom and position</source>
        <translation>Zoom en positie</translation>
    </message>
    <message>
        <source>{what}: linked between viewports.</source>
        <translation>{what}: gekoppeld tussen beeldvensters.</translation>
    </message>
    <message>
        <source>{what}: not linked.</source>
        <translation>{what}: niet gekoppeld.</translation>
    </message>
</context>
<context>
    <name>TextField</name>
    <message numerus="yes">
        <source>No more than %n characters.</source>
        <translation>
            <numerusform>Niet meer dan %n teken.</numerusform>
            <numerusform>Niet meer dan %n tekens.</numerusform>
        </translation>
    </message>
    <message>
        <source>{key} to write, Esc to leave</source>
        <translation>{key} om te schrijven, Esc om terug te gaan</translation>
    </message>
</context>
<context>
    <name>TextPage</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation>
            <numerusform>Nog %n vraag open</numerusform>
            <numerusform>Nog %n vragen open</numerusform>
        </translation>
    </message>
    <message>
        <source>Available in {seconds} s</source>
        <translation>Beschikbaar over {seconds} s</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Verder</translation>
    </message>
    <message>
        <source>Continue   ⏎</source>
        <translation>Verder   ⏎</translation>
    </message>
    <message>
        <source>Page of text</source>
        <translation>Pagina met tekst</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} van {count}</translation>
    </message>
</context>
<context>
    <name>ThresholdsPage</name>
    <message>
        <source>1 − specificity</source>
        <translation>1 − specificiteit</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95%-interval</translation>
    </message>
    <message>
        <source>AI</source>
        <translation>AI</translation>
    </message>
    <message>
        <source>At this threshold</source>
        <translation>Bij deze drempel</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>Berekenen</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Aantallen</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Curven</translation>
    </message>
    <message>
        <source>FROC, lesions</source>
        <translation>FROC, afwijkingen</translation>
    </message>
    <message>
        <source>False positives a case</source>
        <translation>Fout-positieven per casus</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Cijfers</translation>
    </message>
    <message>
        <source>Lesions found</source>
        <translation>Gevonden afwijkingen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Naam</translation>
    </message>
    <message>
        <source>No reference for {cases}.</source>
        <translation>Geen referentie voor {cases}.</translation>
    </message>
    <message>
        <source>No result for {cases}: see `readerlab check`.</source>
        <translation>Geen resultaat voor {cases}: zie `readerlab check`.</translation>
    </message>
    <message>
        <source>Nothing is counted yet. Compute reads the AI&apos;s results of all cases, and runs its model where results are missing (as `readerlab prepare` does).</source>
        <translation>Er is nog niets geteld. Berekenen leest de AI-resultaten van alle casussen, en draait het model waar resultaten ontbreken (zoals `readerlab prepare`).</translation>
    </message>
    <message>
        <source>Operating points</source>
        <translation>Werkpunten</translation>
    </message>
    <message>
        <source>ROC, cases</source>
        <translation>ROC, casussen</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitiviteit</translation>
    </message>
    <message>
        <source>Sensitivity (positive cases)</source>
        <translation>Sensitiviteit (positieve casussen)</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>Specificiteit</translation>
    </message>
    <message>
        <source>Specificity (negative cases)</source>
        <translation>Specificiteit (negatieve casussen)</translation>
    </message>
    <message>
        <source>The protocol&apos;s thresholds</source>
        <translation>De drempels van het protocol</translation>
    </message>
    <message>
        <source>This study has no AI.</source>
        <translation>Deze studie heeft geen AI.</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Drempel</translation>
    </message>
    <message>
        <source>Threshold as a number</source>
        <translation>Drempel als getal</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Waarde</translation>
    </message>
    <message>
        <source>What a threshold means over this study&apos;s cases, planted errors left out. Counting against the reference is recorded with your name.</source>
        <translation>Wat een drempel betekent over de casussen van deze studie, zonder ingebrachte fouten. Tellen tegen de referentie wordt met uw naam vastgelegd.</translation>
    </message>
    <message>
        <source>false positives a case</source>
        <translation>fout-positieven per casus</translation>
    </message>
    <message>
        <source>lesions found</source>
        <translation>gevonden afwijkingen</translation>
    </message>
    <message>
        <source>sensitivity</source>
        <translation>sensitiviteit</translation>
    </message>
    <message>
        <source>{n} in {of} cases</source>
        <translation>{n} in {of} casussen</translation>
    </message>
</context>
<context>
    <name>TimeDesk</name>
    <message>
        <source>C plays the slices of a stack.</source>
        <translation>C speelt de coupes van een stapel af.</translation>
    </message>
    <message>
        <source>C plays the times of a slice.</source>
        <translation>C speelt de tijdstippen van een coupe af.</translation>
    </message>
    <message>
        <source>This stack has no other times.</source>
        <translation>Deze stapel heeft geen andere tijdstippen.</translation>
    </message>
    <message>
        <source>{rate} times a second round and round</source>
        <translation>{rate} tijdstippen per seconde, steeds rond</translation>
    </message>
    <message>
        <source>{rate} times a second to and fro</source>
        <translation>{rate} tijdstippen per seconde, heen en weer</translation>
    </message>
</context>
<context>
    <name>ToolStrip</name>
    <message>
        <source>More tools</source>
        <translation>Meer hulpmiddelen</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Hulpmiddelen</translation>
    </message>
</context>
<context>
    <name>ViewerCaptions</name>
    <message>
        <source>Colour</source>
        <translation>Kleur</translation>
    </message>
    <message>
        <source>Colour, inverted</source>
        <translation>Kleur, omgekeerd</translation>
    </message>
    <message>
        <source>Loading the image</source>
        <translation>Beeld wordt geladen</translation>
    </message>
    <message>
        <source>Loading {loaded}/{all} slices</source>
        <translation>{loaded}/{all} coupes geladen</translation>
    </message>
    <message>
        <source>The image can&apos;t be read</source>
        <translation>Het beeld is niet te lezen</translation>
    </message>
    <message>
        <source>Zoom {size}</source>
        <translation>Zoom {size}</translation>
    </message>
    <message>
        <source>column {column}  row {row}</source>
        <translation>kolom {column}  rij {row}</translation>
    </message>
    <message>
        <source>inverted</source>
        <translation>omgekeerd</translation>
    </message>
    <message>
        <source>mean of 3 × 3: {value}</source>
        <translation>gemiddelde van 3 × 3: {value}</translation>
    </message>
    <message>
        <source>outside the image (padding)</source>
        <translation>buiten het beeld (opvulling)</translation>
    </message>
    <message>
        <source>series {n}</source>
        <translation>serie {n}</translation>
    </message>
    <message>
        <source>{lost} of {all} slices can&apos;t be read</source>
        <translation>{lost} van {all} coupes niet te lezen</translation>
    </message>
</context>
<context>
    <name>ViewerColours</name>
    <message>
        <source>Cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grijs</translation>
    </message>
    <message>
        <source>Hot iron</source>
        <translation>Gloeiend ijzer</translation>
    </message>
    <message>
        <source>Hot metal blue</source>
        <translation>Gloeiend metaal, blauw</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>PET</source>
        <translation>PET</translation>
    </message>
    <message>
        <source>PET 20 step</source>
        <translation>PET in 20 stappen</translation>
    </message>
    <message>
        <source>Turbo</source>
        <translation>Turbo</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
</context>
<context>
    <name>ViewerExams</name>
    <message>
        <source>1 day before</source>
        <translation>1 dag eerder</translation>
    </message>
    <message>
        <source>date unknown, current</source>
        <translation>datum onbekend, huidig</translation>
    </message>
    <message>
        <source>{day}, current</source>
        <translation>{day}, huidig</translation>
    </message>
    <message>
        <source>{day}, prior, {ago}</source>
        <translation>{day}, vorig, {ago}</translation>
    </message>
    <message>
        <source>{n} days before</source>
        <translation>{n} dagen eerder</translation>
    </message>
    <message>
        <source>{n} months before</source>
        <translation>{n} maanden eerder</translation>
    </message>
    <message>
        <source>{n} weeks before</source>
        <translation>{n} weken eerder</translation>
    </message>
    <message>
        <source>{n} years before</source>
        <translation>{n} jaar eerder</translation>
    </message>
</context>
<context>
    <name>ViewerFidelity</name>
    <message>
        <source>A slab of {depth}: the brightest value along the line of sight.</source>
        <translation>Een plak van {depth}: de helderste waarde langs de kijklijn.</translation>
    </message>
    <message>
        <source>A slab of {depth}: the darkest value along the line of sight.</source>
        <translation>Een plak van {depth}: de donkerste waarde langs de kijklijn.</translation>
    </message>
    <message>
        <source>A slab of {depth}: the mean value along the line of sight.</source>
        <translation>Een plak van {depth}: de gemiddelde waarde langs de kijklijn.</translation>
    </message>
    <message>
        <source>Enlarged {size}: cubic interpolation, linear while the picture moves.</source>
        <translation>Vergroot {size}: kubische interpolatie, lineair zolang het beeld beweegt.</translation>
    </message>
    <message>
        <source>Enlarged {size}: each image pixel as a block.</source>
        <translation>Vergroot {size}: elke beeldpixel als een blokje.</translation>
    </message>
    <message>
        <source>Enlarged {size}: linear interpolation.</source>
        <translation>Vergroot {size}: lineaire interpolatie.</translation>
    </message>
    <message>
        <source>Grey values are shown in the colours of the map {name}.</source>
        <translation>Grijswaarden worden getoond in de kleurenschaal {name}.</translation>
    </message>
    <message>
        <source>Native grid: each image pixel is one screen pixel, its value as the file has it.</source>
        <translation>Eigen raster: elke beeldpixel is één schermpixel, met de waarde uit het bestand.</translation>
    </message>
    <message>
        <source>Shrunk to {size}: each screen pixel is the mean of the image pixels under it. 1:1 shows every one.</source>
        <translation>Verkleind tot {size}: elke schermpixel is het gemiddelde van de beeldpixels eronder. 1:1 toont ze allemaal.</translation>
    </message>
    <message>
        <source>The file gives no pixel spacing: nothing can be measured in mm.</source>
        <translation>Het bestand geeft geen pixelafstand: niets kan in mm worden gemeten.</translation>
    </message>
    <message>
        <source>The file&apos;s pixels were compressed with loss ({method}): fine detail may be gone.</source>
        <translation>De pixels van het bestand zijn met verlies gecomprimeerd ({method}): fijn detail kan verloren zijn.</translation>
    </message>
    <message>
        <source>The file&apos;s pixels were compressed with loss of {ratio} ({method}): fine detail may be gone.</source>
        <translation>De pixels van het bestand zijn met verlies van {ratio} gecomprimeerd ({method}): fijn detail kan verloren zijn.</translation>
    </message>
    <message>
        <source>The file&apos;s pixels were compressed with loss of {ratio}: fine detail may be gone.</source>
        <translation>De pixels van het bestand zijn met verlies van {ratio} gecomprimeerd: fijn detail kan verloren zijn.</translation>
    </message>
    <message>
        <source>The file&apos;s pixels were compressed with loss: fine detail may be gone.</source>
        <translation>De pixels van het bestand zijn met verlies gecomprimeerd: fijn detail kan verloren zijn.</translation>
    </message>
    <message>
        <source>The picture is sharpened; stored values and measurements are not.</source>
        <translation>Het beeld is verscherpt; opgeslagen waarden en metingen niet.</translation>
    </message>
    <message>
        <source>The picture is smoothed; stored values and measurements are not.</source>
        <translation>Het beeld is verzacht; opgeslagen waarden en metingen niet.</translation>
    </message>
    <message>
        <source>This plane ({name}) was cut through the slices: values between them are interpolated.</source>
        <translation>Dit vlak ({name}) is door de coupes gesneden: waarden ertussen zijn geïnterpoleerd.</translation>
    </message>
    <message>
        <source>enlarged {size}</source>
        <translation>vergroot {size}</translation>
    </message>
    <message>
        <source>lossy</source>
        <translation>met verlies</translation>
    </message>
    <message>
        <source>lossy {ratio}</source>
        <translation>met verlies {ratio}</translation>
    </message>
    <message>
        <source>partly loaded</source>
        <translation>deels geladen</translation>
    </message>
    <message>
        <source>see geometry</source>
        <translation>zie geometrie</translation>
    </message>
    <message>
        <source>sharpened</source>
        <translation>verscherpt</translation>
    </message>
    <message>
        <source>shrunk {size}</source>
        <translation>verkleind {size}</translation>
    </message>
    <message>
        <source>slab {depth}</source>
        <translation>plak {depth}</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>verzacht</translation>
    </message>
    <message>
        <source>{loaded} of {all} slices are in memory; the others follow.</source>
        <translation>{loaded} van {all} coupes staan in het geheugen; de andere volgen.</translation>
    </message>
    <message>
        <source>{lost} of {all} slices can&apos;t be read; projections and planes leave them out.</source>
        <translation>{lost} van {all} coupes zijn niet te lezen; projecties en vlakken laten ze weg.</translation>
    </message>
    <message>
        <source>{lost} of {all} slices missing</source>
        <translation>{lost} van {all} coupes ontbreken</translation>
    </message>
</context>
<context>
    <name>ViewerFusion</name>
    <message>
        <source>images that lie at one place, one after another in time, are no volume</source>
        <translation>beelden op één plaats, na elkaar in de tijd, zijn geen volume</translation>
    </message>
    <message>
        <source>it is in colour itself</source>
        <translation>die is zelf in kleur</translation>
    </message>
    <message>
        <source>it is of another patient</source>
        <translation>die is van een andere patiënt</translation>
    </message>
    <message>
        <source>it is the same series</source>
        <translation>het is dezelfde serie</translation>
    </message>
    <message>
        <source>its frame of reference is another, so that places in one are not known in the other</source>
        <translation>die heeft een ander referentiekader: plaatsen in de ene zijn in de andere niet bekend</translation>
    </message>
    <message>
        <source>its images, or these, do not say where in the patient they lie</source>
        <translation>de beelden ervan, of deze, zeggen niet waar in de patiënt ze liggen</translation>
    </message>
</context>
<context>
    <name>ViewerGestures</name>
    <message>
        <source>Back button</source>
        <translation>Terugknop</translation>
    </message>
    <message>
        <source>Back drag</source>
        <translation>Slepen met terugknop</translation>
    </message>
    <message>
        <source>Change the window</source>
        <translation>Venster veranderen</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klikken</translation>
    </message>
    <message>
        <source>Coarse steps</source>
        <translation>Grove stappen</translation>
    </message>
    <message>
        <source>Ctrl drag</source>
        <translation>Ctrl slepen</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Dubbelklik</translation>
    </message>
    <message>
        <source>Drag to the edge</source>
        <translation>Slepen tot de rand</translation>
    </message>
    <message>
        <source>Enlarge or shrink</source>
        <translation>Vergroten of verkleinen</translation>
    </message>
    <message>
        <source>Fine steps</source>
        <translation>Fijne stappen</translation>
    </message>
    <message>
        <source>Forward button</source>
        <translation>Vooruitknop</translation>
    </message>
    <message>
        <source>Forward drag</source>
        <translation>Slepen met vooruitknop</translation>
    </message>
    <message>
        <source>Go on scrolling</source>
        <translation>Doorscrollen</translation>
    </message>
    <message>
        <source>Left + right drag</source>
        <translation>Slepen met links + rechts</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Slepen met links</translation>
    </message>
    <message>
        <source>Left drag on a mark</source>
        <translation>Slepen met links op een markering</translation>
    </message>
    <message>
        <source>Long press</source>
        <translation>Lang indrukken</translation>
    </message>
    <message>
        <source>Middle click</source>
        <translation>Klik met midden</translation>
    </message>
    <message>
        <source>Middle double click</source>
        <translation>Dubbelklik met midden</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Slepen met midden</translation>
    </message>
    <message>
        <source>Move the image</source>
        <translation>Beeld verschuiven</translation>
    </message>
    <message>
        <source>Move the image; apart enlarges</source>
        <translation>Beeld verschuiven; uit elkaar vergroot</translation>
    </message>
    <message>
        <source>Move the mark</source>
        <translation>Markering verplaatsen</translation>
    </message>
    <message>
        <source>No gesture is left for this: {action}. Its keys stay.</source>
        <translation>Hiervoor blijft geen gebaar over: {action}. De toetsen blijven.</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Niets</translation>
    </message>
    <message>
        <source>One finger</source>
        <translation>Eén vinger</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>Klik met rechts</translation>
    </message>
    <message>
        <source>Right double click</source>
        <translation>Dubbelklik met rechts</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>Slepen met rechts</translation>
    </message>
    <message>
        <source>Scroll through the images</source>
        <translation>Door de beelden scrollen</translation>
    </message>
    <message>
        <source>Scroll, ten images a notch</source>
        <translation>Scrollen, tien beelden per tik</translation>
    </message>
    <message>
        <source>Shift drag</source>
        <translation>Shift slepen</translation>
    </message>
    <message>
        <source>Tap</source>
        <translation>Tikken</translation>
    </message>
    <message>
        <source>The study decides what {gesture} does.</source>
        <translation>De studie bepaalt wat {gesture} doet.</translation>
    </message>
    <message>
        <source>Two fingers</source>
        <translation>Twee vingers</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Wiel</translation>
    </message>
    <message>
        <source>{gesture} no longer means coarse steps.</source>
        <translation>{gesture} betekent geen grove stappen meer.</translation>
    </message>
    <message>
        <source>{gesture} no longer means fine steps.</source>
        <translation>{gesture} betekent geen fijne stappen meer.</translation>
    </message>
</context>
<context>
    <name>ViewerHangings</name>
    <message>
        <source>Breast tomosynthesis</source>
        <translation>Tomosynthese van de borst</translation>
    </message>
    <message>
        <source>CC back to back</source>
        <translation>CC rug aan rug</translation>
    </message>
    <message>
        <source>CC with prior</source>
        <translation>CC met vorig</translation>
    </message>
    <message>
        <source>CT and PET, axial and coronal</source>
        <translation>CT en PET, axiaal en coronaal</translation>
    </message>
    <message>
        <source>CT beside PET</source>
        <translation>CT naast PET</translation>
    </message>
    <message>
        <source>CT with prior</source>
        <translation>CT met vorig onderzoek</translation>
    </message>
    <message>
        <source>Chest CT</source>
        <translation>CT-thorax</translation>
    </message>
    <message>
        <source>FLAIR, DWI, T2, T1</source>
        <translation>FLAIR, DWI, T2, T1</translation>
    </message>
    <message>
        <source>MLO back to back</source>
        <translation>MLO rug aan rug</translation>
    </message>
    <message>
        <source>MLO with prior</source>
        <translation>MLO met vorig</translation>
    </message>
    <message>
        <source>MR of the brain</source>
        <translation>MR van de hersenen</translation>
    </message>
    <message>
        <source>MR of the knee</source>
        <translation>MR van de knie</translation>
    </message>
    <message>
        <source>MR of the spine</source>
        <translation>MR van de wervelkolom</translation>
    </message>
    <message>
        <source>Main series</source>
        <translation>Hoofdserie</translation>
    </message>
    <message>
        <source>Mammography</source>
        <translation>Mammografie</translation>
    </message>
    <message>
        <source>PET alone</source>
        <translation>PET alleen</translation>
    </message>
    <message>
        <source>PET/CT</source>
        <translation>PET/CT</translation>
    </message>
    <message>
        <source>Radiograph</source>
        <translation>Röntgenfoto</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Opnamereeksen</translation>
    </message>
    <message>
        <source>T1 before and after contrast</source>
        <translation>T1 voor en na contrast</translation>
    </message>
    <message>
        <source>Ultrasound</source>
        <translation>Echografie</translation>
    </message>
    <message>
        <source>all contrasts</source>
        <translation>alle wegingen</translation>
    </message>
    <message>
        <source>all stacks back to back</source>
        <translation>alle stapels rug aan rug</translation>
    </message>
    <message>
        <source>alone</source>
        <translation>alleen</translation>
    </message>
    <message>
        <source>axial T2 and T1</source>
        <translation>axiale T2 en T1</translation>
    </message>
    <message>
        <source>beside its prior</source>
        <translation>naast het vorige onderzoek</translation>
    </message>
    <message>
        <source>beside the next one</source>
        <translation>naast de volgende</translation>
    </message>
    <message>
        <source>current above, prior below</source>
        <translation>huidig boven, vorig onder</translation>
    </message>
    <message>
        <source>current alone</source>
        <translation>huidig alleen</translation>
    </message>
    <message>
        <source>current beside prior</source>
        <translation>huidig naast vorig</translation>
    </message>
    <message>
        <source>diffusion and ADC</source>
        <translation>diffusie en ADC</translation>
    </message>
    <message>
        <source>films with prior</source>
        <translation>foto&apos;s met vorig</translation>
    </message>
    <message>
        <source>four images</source>
        <translation>vier beelden</translation>
    </message>
    <message>
        <source>four views back to back</source>
        <translation>vier opnamen rug aan rug</translation>
    </message>
    <message>
        <source>left CC at full size</source>
        <translation>links CC op volle grootte</translation>
    </message>
    <message>
        <source>left CC, 2D beside tomosynthesis</source>
        <translation>links CC, 2D naast tomosynthese</translation>
    </message>
    <message>
        <source>left MLO at full size</source>
        <translation>links MLO op volle grootte</translation>
    </message>
    <message>
        <source>left MLO, 2D beside tomosynthesis</source>
        <translation>links MLO, 2D naast tomosynthese</translation>
    </message>
    <message>
        <source>lung above soft tissue, current beside prior</source>
        <translation>long boven weke delen, huidig naast vorig</translation>
    </message>
    <message>
        <source>lung beside soft tissue</source>
        <translation>long naast weke delen</translation>
    </message>
    <message>
        <source>lung kernel beside soft-tissue kernel</source>
        <translation>longkernel naast wekedelenkernel</translation>
    </message>
    <message>
        <source>lung, soft tissue and bone</source>
        <translation>long, weke delen en bot</translation>
    </message>
    <message>
        <source>one film</source>
        <translation>één foto</translation>
    </message>
    <message>
        <source>one image</source>
        <translation>één beeld</translation>
    </message>
    <message>
        <source>one run</source>
        <translation>één reeks</translation>
    </message>
    <message>
        <source>one stack</source>
        <translation>één stapel</translation>
    </message>
    <message>
        <source>right CC at full size</source>
        <translation>rechts CC op volle grootte</translation>
    </message>
    <message>
        <source>right CC, tomosynthesis beside 2D</source>
        <translation>rechts CC, tomosynthese naast 2D</translation>
    </message>
    <message>
        <source>right MLO at full size</source>
        <translation>rechts MLO op volle grootte</translation>
    </message>
    <message>
        <source>right MLO, tomosynthesis beside 2D</source>
        <translation>rechts MLO, tomosynthese naast 2D</translation>
    </message>
    <message>
        <source>sagittal T2, T1, fat-suppressed</source>
        <translation>sagittaal T2, T1, vetonderdrukt</translation>
    </message>
    <message>
        <source>sagittal and axial T2</source>
        <translation>sagittale en axiale T2</translation>
    </message>
    <message>
        <source>sagittal and coronal</source>
        <translation>sagittaal en coronaal</translation>
    </message>
    <message>
        <source>sagittal, coronal, axial, T1</source>
        <translation>sagittaal, coronaal, axiaal, T1</translation>
    </message>
    <message>
        <source>six images</source>
        <translation>zes beelden</translation>
    </message>
    <message>
        <source>three planes in the lung window</source>
        <translation>drie vlakken in het longvenster</translation>
    </message>
    <message>
        <source>two films</source>
        <translation>twee foto&apos;s</translation>
    </message>
    <message>
        <source>two images</source>
        <translation>twee beelden</translation>
    </message>
    <message>
        <source>two runs</source>
        <translation>twee reeksen</translation>
    </message>
</context>
<context>
    <name>ViewerHints</name>
    <message>
        <source>Angle: click three points, the corner second.</source>
        <translation>Hoek: klik op drie punten, het hoekpunt als tweede.</translation>
    </message>
    <message>
        <source>Arrow: click its tip, then its end, or drag; then write.</source>
        <translation>Pijl: klik op de punt, dan op het einde, of sleep; schrijf daarna.</translation>
    </message>
    <message>
        <source>Box: click two corners, or drag.</source>
        <translation>Kader: klik op twee hoeken, of sleep.</translation>
    </message>
    <message>
        <source>Brush through slices: drag; it keeps to values like those where you begin.</source>
        <translation>Penseel door coupes: sleep; het blijft bij waarden zoals die waar u begint.</translation>
    </message>
    <message>
        <source>Brush: drag to paint on this slice.</source>
        <translation>Penseel: sleep om op deze coupe te schilderen.</translation>
    </message>
    <message>
        <source>Cobb angle: click both ends of one line, then both of the other.</source>
        <translation>Cobbhoek: klik op beide uiteinden van de ene lijn, dan op die van de andere.</translation>
    </message>
    <message>
        <source>Diameters: click both ends of the longest, then of the shortest across it.</source>
        <translation>Diameters: klik op beide uiteinden van de langste, dan van de kortste dwars erop.</translation>
    </message>
    <message>
        <source>Ellipse: click two corners of its box, or drag.</source>
        <translation>Ellips: klik op twee hoeken van het kader, of sleep.</translation>
    </message>
    <message>
        <source>Eraser: drag over what should go.</source>
        <translation>Gum: sleep over wat weg moet.</translation>
    </message>
    <message>
        <source>Filter: none</source>
        <translation>Filter: geen</translation>
    </message>
    <message>
        <source>Filter: sharpen</source>
        <translation>Filter: verscherpen</translation>
    </message>
    <message>
        <source>Filter: smooth</source>
        <translation>Filter: verzachten</translation>
    </message>
    <message>
        <source>Freehand: drag along the outline.</source>
        <translation>Vrije hand: sleep langs de omtrek.</translation>
    </message>
    <message>
        <source>Interpolation: linear</source>
        <translation>Interpolatie: lineair</translation>
    </message>
    <message>
        <source>Interpolation: nearest</source>
        <translation>Interpolatie: dichtstbijzijnde</translation>
    </message>
    <message>
        <source>Interpolation: smooth</source>
        <translation>Interpolatie: vloeiend</translation>
    </message>
    <message>
        <source>Length: click both ends, or drag.</source>
        <translation>Lengte: klik op beide uiteinden, of sleep.</translation>
    </message>
    <message>
        <source>Point: click the place, then type a confidence.</source>
        <translation>Punt: klik op de plaats en typ dan een zekerheid.</translation>
    </message>
    <message>
        <source>Polygon: click its corners; Return or a double click closes it.</source>
        <translation>Veelhoek: klik op de hoeken; Enter of dubbelklik sluit hem.</translation>
    </message>
    <message>
        <source>Rectangle: click two corners, or drag.</source>
        <translation>Rechthoek: klik op twee hoeken, of sleep.</translation>
    </message>
</context>
<context>
    <name>ViewerLayouts</name>
    <message>
        <source>One large, five around it</source>
        <translation>Eén groot, vijf eromheen</translation>
    </message>
    <message>
        <source>One large, three below</source>
        <translation>Eén groot, drie eronder</translation>
    </message>
    <message>
        <source>One large, three beside it</source>
        <translation>Eén groot, drie ernaast</translation>
    </message>
    <message>
        <source>One large, two beside it</source>
        <translation>Eén groot, twee ernaast</translation>
    </message>
    <message>
        <source>Two above, a wide one below</source>
        <translation>Twee boven, één breed onder</translation>
    </message>
    <message>
        <source>Two large, four below</source>
        <translation>Twee groot, vier eronder</translation>
    </message>
</context>
<context>
    <name>ViewerMemory</name>
    <message>
        <source>Close other programs, or leave the series out.</source>
        <translation>Sluit andere programma&apos;s, of laat de serie weg.</translation>
    </message>
    <message>
        <source>Set it to a whole number such as 4096, or take it away.</source>
        <translation>Maak er een heel getal van, zoals 4096, of haal het weg.</translation>
    </message>
    <message>
        <source>The series needs {n} MiB, more memory than there is.</source>
        <translation>De serie vraagt {n} MiB, meer geheugen dan er is.</translation>
    </message>
    <message>
        <source>{name} is {said}, not a number of MiB.</source>
        <translation>{name} is {said}, geen aantal MiB.</translation>
    </message>
</context>
<context>
    <name>ViewerMoves</name>
    <message>
        <source>There is no such window for this image.</source>
        <translation>Dit beeld heeft zo&apos;n venster niet.</translation>
    </message>
    <message>
        <source>True size is not known: this image is not calibrated in mm.</source>
        <translation>De ware grootte is niet bekend: dit beeld is niet in mm gekalibreerd.</translation>
    </message>
    <message>
        <source>True size is not known: this screen does not say how large it is. Measure it with Ctrl+F12.</source>
        <translation>De ware grootte is niet bekend: dit scherm zegt niet hoe groot het is. Meet het met Ctrl+F12.</translation>
    </message>
    <message>
        <source>{window}: the file does not say enough for it.</source>
        <translation>{window}: het bestand zegt daarvoor niet genoeg.</translation>
    </message>
</context>
<context>
    <name>ViewerNumbers</name>
    <message>
        <source>area {area}</source>
        <translation>opp. {area}</translation>
    </message>
    <message>
        <source>mean {mean}   SD {deviation}</source>
        <translation>gem. {mean}   SD {deviation}</translation>
    </message>
    <message>
        <source>min {least}   max {most}</source>
        <translation>min {least}   max {most}</translation>
    </message>
</context>
<context>
    <name>ViewerPlanes</name>
    <message>
        <source>1/2 resolution</source>
        <translation>1/2 resolutie</translation>
    </message>
    <message>
        <source>A curve needs two points at least.</source>
        <translation>Een kromme vraagt ten minste twee punten.</translation>
    </message>
    <message>
        <source>MIP</source>
        <translation>MIP</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Gemiddelde</translation>
    </message>
    <message>
        <source>MinIP</source>
        <translation>MinIP</translation>
    </message>
    <message>
        <source>No other plane can be cut: {reason}.</source>
        <translation>Er is geen ander vlak te snijden: {reason}.</translation>
    </message>
    <message>
        <source>Straightened along a curve: true mm only along it and square to it.</source>
        <translation>Rechtgetrokken langs een kromme: mm kloppen alleen erlangs en er haaks op.</translation>
    </message>
    <message>
        <source>The plane would be too large: {columns} × {rows} pixels.</source>
        <translation>Het vlak zou te groot zijn: {columns} × {rows} pixels.</translation>
    </message>
    <message>
        <source>This curve is too long.</source>
        <translation>Deze kromme is te lang.</translation>
    </message>
    <message>
        <source>along a curve</source>
        <translation>langs een kromme</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>zoals het is</translation>
    </message>
    <message>
        <source>axial</source>
        <translation>axiaal</translation>
    </message>
    <message>
        <source>coronal</source>
        <translation>coronaal</translation>
    </message>
    <message>
        <source>its images lie at one place, one after another in time</source>
        <translation>de beelden liggen op één plaats, na elkaar in de tijd</translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation>gespiegeld</translation>
    </message>
    <message>
        <source>mirrored top and bottom</source>
        <translation>boven en onder gespiegeld</translation>
    </message>
    <message>
        <source>oblique</source>
        <translation>schuin</translation>
    </message>
    <message>
        <source>sagittal</source>
        <translation>sagittaal</translation>
    </message>
    <message>
        <source>the images do not say where in the patient they lie</source>
        <translation>de beelden zeggen niet waar in de patiënt ze liggen</translation>
    </message>
    <message>
        <source>there is only one image</source>
        <translation>er is maar één beeld</translation>
    </message>
    <message>
        <source>turned left</source>
        <translation>linksom gedraaid</translation>
    </message>
    <message>
        <source>turned right</source>
        <translation>rechtsom gedraaid</translation>
    </message>
    <message>
        <source>turned round</source>
        <translation>omgedraaid</translation>
    </message>
</context>
<context>
    <name>ViewerRemarks</name>
    <message>
        <source> and at {n} more places</source>
        <translation> en op nog {n} plaatsen</translation>
    </message>
    <message>
        <source>1 slice seems to be missing:</source>
        <translation>Er lijkt 1 coupe te ontbreken:</translation>
    </message>
    <message>
        <source>Distances are calibrated by an object of known size.</source>
        <translation>Afstanden zijn gekalibreerd met een voorwerp van bekende grootte.</translation>
    </message>
    <message>
        <source>Distances are calibrated for one depth in the patient (geometry).</source>
        <translation>Afstanden zijn gekalibreerd voor één diepte in de patiënt (geometrie).</translation>
    </message>
    <message>
        <source>Distances are nominal (NominalScannedPixelSpacing).</source>
        <translation>Afstanden zijn nominaal (NominalScannedPixelSpacing).</translation>
    </message>
    <message>
        <source>Distances are those at the detector (ImagerPixelSpacing), not in the patient.</source>
        <translation>Afstanden zijn die op de detector (ImagerPixelSpacing), niet in de patiënt.</translation>
    </message>
    <message>
        <source>Each image is a mosaic of many slices, shown as it is, without places in the patient.</source>
        <translation>Elk beeld is een mozaïek van veel coupes, getoond zoals het is, zonder plaats in de patiënt.</translation>
    </message>
    <message>
        <source>Its images look from different sides: they are no volume and have no common place.</source>
        <translation>De beelden kijken van verschillende kanten: ze zijn geen volume en hebben geen gemeenschappelijke plaats.</translation>
    </message>
    <message>
        <source>Its slices are placed in the probe&apos;s own space, not in the patient.</source>
        <translation>De coupes liggen in de eigen ruimte van de sonde, niet in de patiënt.</translation>
    </message>
    <message>
        <source>Its {n} images lie at one place, one after another in time: it is no volume.</source>
        <translation>De {n} beelden liggen op één plaats, na elkaar in de tijd: het is geen volume.</translation>
    </message>
    <message>
        <source>Its {n} regions have scales of their own.</source>
        <translation>De {n} gebieden hebben elk een eigen schaal.</translation>
    </message>
    <message>
        <source>Only each slice&apos;s own position is exact.</source>
        <translation>Alleen de eigen positie van elke coupe is exact.</translation>
    </message>
    <message>
        <source>Slices are not evenly spaced: {n} of {all} steps differ from {usual} mm, the widest is {widest} mm.</source>
        <translation>De coupes liggen niet op gelijke afstand: {n} van {all} stappen wijken af van {usual} mm, de grootste is {widest} mm.</translation>
    </message>
    <message>
        <source>The files say a gantry tilt of {said}°, but their positions show none: the positions count.</source>
        <translation>De bestanden noemen een gantrykanteling van {said}°, maar hun posities tonen er geen: de posities tellen.</translation>
    </message>
    <message>
        <source>The files say {said} mm between slices (SpacingBetweenSlices), their positions {usual} mm: the positions count.</source>
        <translation>De bestanden noemen {said} mm tussen coupes (SpacingBetweenSlices), hun posities {usual} mm: de posities tellen.</translation>
    </message>
    <message>
        <source>The slices are sheared against their normal by {angle}° (gantry tilt).</source>
        <translation>De coupes staan {angle}° scheef op hun normaal (gantrykanteling).</translation>
    </message>
    <message>
        <source>The slices are sheared against their normal by {angle}° (gantry tilt, {said}° in the files).</source>
        <translation>De coupes staan {angle}° scheef op hun normaal (gantrykanteling, {said}° in de bestanden).</translation>
    </message>
    <message>
        <source>The slices are turned against each other by up to {angle}°: that of the first is used for all.</source>
        <translation>De coupes zijn tot {angle}° ten opzichte van elkaar gedraaid: die van de eerste geldt voor alle.</translation>
    </message>
    <message>
        <source>The slices do not follow one line: slice {n} lies {off} mm aside.</source>
        <translation>De coupes volgen niet één lijn: coupe {n} ligt {off} mm terzijde.</translation>
    </message>
    <message>
        <source>Values are those of the middle slice, not of the slab.</source>
        <translation>De waarden zijn die van de middelste coupe, niet van de plak.</translation>
    </message>
    <message>
        <source>after slice {n} ({step} mm)</source>
        <translation>na coupe {n} ({step} mm)</translation>
    </message>
    <message>
        <source>no spacing between slices</source>
        <translation>geen afstand tussen coupes</translation>
    </message>
    <message>
        <source>not calibrated</source>
        <translation>niet gekalibreerd</translation>
    </message>
    <message>
        <source>the outline crosses itself: no area</source>
        <translation>de omtrek kruist zichzelf: geen oppervlakte</translation>
    </message>
    <message>
        <source>this region&apos;s axes are in {first} and {second}</source>
        <translation>de assen van dit gebied zijn in {first} en {second}</translation>
    </message>
    <message>
        <source>{n} slices seem to be missing:</source>
        <translation>Er lijken {n} coupes te ontbreken:</translation>
    </message>
</context>
<context>
    <name>ViewerSettings</name>
    <message>
        <source>Mend the file, or take it away: ReaderLab then goes on as on the first day.</source>
        <translation>Herstel het bestand, of haal het weg: ReaderLab gaat dan verder als op de eerste dag.</translation>
    </message>
    <message>
        <source>The settings are not YAML as ReaderLab writes it.</source>
        <translation>De instellingen zijn geen YAML zoals ReaderLab het schrijft.</translation>
    </message>
    <message>
        <source>The settings are wrong at {where}: {reason}.</source>
        <translation>De instellingen zijn fout bij {where}: {reason}.</translation>
    </message>
    <message>
        <source>The settings are wrong: {reason}</source>
        <translation>De instellingen zijn fout: {reason}</translation>
    </message>
    <message>
        <source>The settings can&apos;t be read: {reason}.</source>
        <translation>De instellingen zijn niet te lezen: {reason}.</translation>
    </message>
    <message>
        <source>The settings can&apos;t be written: {reason}.</source>
        <translation>De instellingen zijn niet te bewaren: {reason}.</translation>
    </message>
    <message>
        <source>They hold until you sign out.</source>
        <translation>Ze gelden tot u zich afmeldt.</translation>
    </message>
</context>
<context>
    <name>ViewerStates</name>
    <message>
        <source>Presentation state</source>
        <translation>Presentatiestaat</translation>
    </message>
</context>
<context>
    <name>ViewerTags</name>
    <message>
        <source>hidden while reading</source>
        <translation>verborgen tijdens het beoordelen</translation>
    </message>
    <message>
        <source>{start}…  ({n} characters)</source>
        <translation>{start}…  ({n} tekens)</translation>
    </message>
</context>
<context>
    <name>ViewerTimes</name>
    <message>
        <source>time {n} / {count}</source>
        <translation>tijdstip {n} / {count}</translation>
    </message>
</context>
<context>
    <name>ViewerWindow</name>
    <message>
        <source>A report was written. Open the images again.</source>
        <translation>Er is een verslag geschreven. Open de beelden opnieuw.</translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab: {0}</source>
        <translation>Er ging iets mis in ReaderLab: {0}</translation>
    </message>
    <message>
        <source>{0} – ReaderLab – research use, not for diagnosis</source>
        <translation>{0} – ReaderLab – voor onderzoek, niet voor diagnostiek</translation>
    </message>
</context>
<context>
    <name>ViewerWindows</name>
    <message>
        <source>1 to 99 %</source>
        <translation>1 tot 99 %</translation>
    </message>
    <message>
        <source>5 to 95 %</source>
        <translation>5 tot 95 %</translation>
    </message>
    <message>
        <source>Abdomen</source>
        <translation>Abdomen</translation>
    </message>
    <message>
        <source>Angiography</source>
        <translation>Angiografie</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Bot</translation>
    </message>
    <message>
        <source>Bone narrow</source>
        <translation>Bot smal</translation>
    </message>
    <message>
        <source>Brain</source>
        <translation>Hersenen</translation>
    </message>
    <message>
        <source>Bright half</source>
        <translation>Lichte helft</translation>
    </message>
    <message>
        <source>Dark half</source>
        <translation>Donkere helft</translation>
    </message>
    <message>
        <source>Disc</source>
        <translation>Discus</translation>
    </message>
    <message>
        <source>Faint uptake</source>
        <translation>Zwakke opname</translation>
    </message>
    <message>
        <source>Fainter uptake</source>
        <translation>Zwakkere opname</translation>
    </message>
    <message>
        <source>From 0 to the brightest</source>
        <translation>Van 0 tot het helderste</translation>
    </message>
    <message>
        <source>From the file</source>
        <translation>Uit het bestand</translation>
    </message>
    <message>
        <source>From the file (fifth)</source>
        <translation>Uit het bestand (vijfde)</translation>
    </message>
    <message>
        <source>From the file (fourth)</source>
        <translation>Uit het bestand (vierde)</translation>
    </message>
    <message>
        <source>From the file (second)</source>
        <translation>Uit het bestand (tweede)</translation>
    </message>
    <message>
        <source>From the file (third)</source>
        <translation>Uit het bestand (derde)</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>Volledig bereik</translation>
    </message>
    <message>
        <source>Hot spots cut</source>
        <translation>Pieken afgekapt</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Lever</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Long</translation>
    </message>
    <message>
        <source>Lung wide</source>
        <translation>Long breed</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>Mediastinum</translation>
    </message>
    <message>
        <source>Metal</source>
        <translation>Metaal</translation>
    </message>
    <message>
        <source>Own 1</source>
        <translation>Eigen 1</translation>
    </message>
    <message>
        <source>Own 2</source>
        <translation>Eigen 2</translation>
    </message>
    <message>
        <source>Own 3</source>
        <translation>Eigen 3</translation>
    </message>
    <message>
        <source>Own 4</source>
        <translation>Eigen 4</translation>
    </message>
    <message>
        <source>Pulmonary embolism</source>
        <translation>Longembolie</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Gebied</translation>
    </message>
    <message>
        <source>SUV 0 to 10</source>
        <translation>SUV 0 tot 10</translation>
    </message>
    <message>
        <source>SUV 0 to 15</source>
        <translation>SUV 0 tot 15</translation>
    </message>
    <message>
        <source>SUV 0 to 20</source>
        <translation>SUV 0 tot 20</translation>
    </message>
    <message>
        <source>SUV 0 to 5</source>
        <translation>SUV 0 tot 5</translation>
    </message>
    <message>
        <source>SUV 2.5 to 10</source>
        <translation>SUV 2.5 tot 10</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>Weke delen</translation>
    </message>
    <message>
        <source>Stroke</source>
        <translation>CVA</translation>
    </message>
    <message>
        <source>Subdural</source>
        <translation>Subduraal</translation>
    </message>
    <message>
        <source>Temporal bone</source>
        <translation>Rotsbeen</translation>
    </message>
    <message>
        <source>Whole range</source>
        <translation>Hele bereik</translation>
    </message>
</context>
<context>
    <name>Viewport</name>
    <message>
        <source>Image</source>
        <translation>Beeld</translation>
    </message>
    <message>
        <source>Slice {n} is not loaded yet</source>
        <translation>Coupe {n} is nog niet geladen</translation>
    </message>
    <message>
        <source>This image ({n}) can&apos;t be shown: {why}</source>
        <translation>Dit beeld ({n}) kan niet worden getoond: {why}</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Call whoever runs the study. Once it is heard, reading begins by itself. If you go on without it, the log says so.</source>
        <translation>Roep degene die de studie leidt. Zodra hij wordt ontvangen, begint het beoordelen vanzelf. Gaat u zonder verder, dan staat dat in het logboek.</translation>
    </message>
    <message>
        <source>Go on without the tracker   Esc</source>
        <translation>Verder zonder tracker   Esc</translation>
    </message>
    <message>
        <source>The eye tracker is not there</source>
        <translation>De eyetracker is er niet</translation>
    </message>
    <message>
        <source>This study records where you look, and no eye tracker is heard yet.</source>
        <translation>Deze studie legt vast waar u kijkt, en er wordt nog geen eyetracker ontvangen.</translation>
    </message>
    <message>
        <source>This study records where you look, and the eye tracker is not heard any more.</source>
        <translation>Deze studie legt vast waar u kijkt, en de eyetracker wordt niet meer ontvangen.</translation>
    </message>
    <message>
        <source>This study records where you look, and the eye tracker {name} is not heard any more.</source>
        <translation>Deze studie legt vast waar u kijkt, en eyetracker {name} wordt niet meer ontvangen.</translation>
    </message>
    <message>
        <source>This study records where you look, and the eye tracker {name} is not heard yet.</source>
        <translation>Deze studie legt vast waar u kijkt, en eyetracker {name} wordt nog niet ontvangen.</translation>
    </message>
</context>
<context>
    <name>Weighing</name>
    <message>
        <source>Start it again.</source>
        <translation>Start opnieuw.</translation>
    </message>
    <message>
        <source>This study goes by an AI&apos;s score, and no AI was prepared.</source>
        <translation>Deze studie gaat op de score van een AI af, en er is geen AI voorbereid.</translation>
    </message>
</context>
<context>
    <name>Worklist</name>
    <message>
        <source>AI</source>
        <translation>AI</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Leeftijd</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>Binnen</translation>
    </message>
    <message>
        <source>Case {number}</source>
        <translation>Casus {number}</translation>
    </message>
    <message>
        <source>Exam</source>
        <translation>Onderzoek</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>Bezig</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modaliteit</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nieuw</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Niet beoordeeld</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patiënt</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Prioriteit</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Beoordeeld</translation>
    </message>
    <message>
        <source>Routine</source>
        <translation>Routine</translation>
    </message>
    <message>
        <source>STAT</source>
        <translation>SPOED</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Opzijgelegd</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>Geslacht</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>Dringend</translation>
    </message>
    <message>
        <source>{read} of {quota} read</source>
        <translation>{read} van {quota} beoordeeld</translation>
    </message>
    <message>
        <source>{time}</source>
        <translation>{time}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>nog {time}</translation>
    </message>
</context>
<context>
    <name>WorklistBar</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n wacht</numerusform>
            <numerusform>%n wachten</numerusform>
        </translation>
    </message>
    <message>
        <source>New: {patient}, {priority}</source>
        <translation>Nieuw: {patient}, {priority}</translation>
    </message>
    <message>
        <source>Show or hide the reading list</source>
        <translation>De werklijst tonen of verbergen</translation>
    </message>
</context>
<context>
    <name>WorklistDesk</name>
    <message>
        <source>Paused. {key} goes on.</source>
        <translation>Gepauzeerd. {key} gaat verder.</translation>
    </message>
</context>
<context>
    <name>WorklistPage</name>
    <message>
        <source>Everything is read. It goes on once the telephone is answered, or silent again.</source>
        <translation>Alles is gelezen. Het gaat verder zodra de telefoon is opgenomen, of niet meer gaat.</translation>
    </message>
    <message>
        <source>Nothing to read now. The next exam appears here by itself.</source>
        <translation>Nu niets te beoordelen. Het volgende onderzoek verschijnt hier vanzelf.</translation>
    </message>
    <message>
        <source>Open   ⏎</source>
        <translation>Openen   ⏎</translation>
    </message>
    <message>
        <source>Open the exam</source>
        <translation>Het onderzoek openen</translation>
    </message>
    <message>
        <source>Reading list</source>
        <translation>Werklijst</translation>
    </message>
    <message>
        <source>STAT exam of {patient} – please read it now</source>
        <translation>SPOED: onderzoek van {patient} – graag nu beoordelen</translation>
    </message>
    <message>
        <source>The time of this list is over.</source>
        <translation>De tijd van deze lijst is om.</translation>
    </message>
    <message>
        <source>{patient} is set aside with all your answers and goes on afterwards.</source>
        <translation>{patient} is met al uw antwoorden opzijgelegd en gaat daarna verder.</translation>
    </message>
    <message>
        <source>↑ ↓ or a digit chooses an exam, ⏎ opens it.</source>
        <translation>↑ ↓ of een cijfer kiest een onderzoek, ⏎ opent het.</translation>
    </message>
    <message>
        <source>⏎ opens the exam.</source>
        <translation>⏎ opent het onderzoek.</translation>
    </message>
</context>
<context>
    <name>WorklistTable</name>
    <message>
        <source>Reading list</source>
        <translation>Werklijst</translation>
    </message>
</context>
<context>
    <name>Workstation</name>
    <message>
        <source>A report was written beside the store.</source>
        <translation>Naast de opslag is een verslag geschreven.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Sluiten</translation>
    </message>
    <message>
        <source>Every answer that was shown as saved is safe. The case that was open is read again later.</source>
        <translation>Elk antwoord dat als opgeslagen werd getoond, is veilig. De geopende casus wordt later opnieuw beoordeeld.</translation>
    </message>
    <message>
        <source>Leave the case and sign out</source>
        <translation>De casus verlaten en afmelden</translation>
    </message>
    <message>
        <source>Nothing was being read.</source>
        <translation>Er werd niets beoordeeld.</translation>
    </message>
    <message>
        <source>ReaderLab – research use, not for diagnosis</source>
        <translation>ReaderLab – voor onderzoek, niet voor diagnostiek</translation>
    </message>
    <message>
        <source>Something that this case needs could not be loaded.</source>
        <translation>Iets wat deze casus nodig heeft kon niet worden geladen.</translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab: {what}</source>
        <translation>Er ging iets mis in ReaderLab: {what}</translation>
    </message>
    <message>
        <source>The store could not confirm the last events.</source>
        <translation>De opslag kon de laatste gebeurtenissen niet bevestigen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Opnieuw proberen</translation>
    </message>
    <message>
        <source>Try again. If that does not help, leave and tell the coordinator of the study.</source>
        <translation>Probeer het opnieuw. Helpt dat niet, verlaat de casus dan en waarschuw de coördinator van de studie.</translation>
    </message>
</context>
<context>
    <name>_Film</name>
    <message>
        <source>Play again</source>
        <translation>Opnieuw afspelen</translation>
    </message>
</context>
<context>
    <name>_Result</name>
    <message>
        <source>Accept   ⏎</source>
        <translation>Accepteren   ⏎</translation>
    </message>
    <message>
        <source>Accept all the same   A</source>
        <translation>Toch accepteren   A</translation>
    </message>
    <message>
        <source>Every point was seen; without the screen&apos;s size, degrees are not known</source>
        <translation>Elk punt is gezien; zonder de grootte van het scherm zijn graden niet bekend</translation>
    </message>
    <message>
        <source>Go on without the tracker   Esc</source>
        <translation>Verder zonder tracker   Esc</translation>
    </message>
    <message>
        <source>Mean error {deg}°, at most {most}° are asked for.</source>
        <translation>Gemiddelde fout {deg}°; gevraagd is hoogstens {most}°.</translation>
    </message>
    <message>
        <source>Mean error {px} px, worst {worst} px.</source>
        <translation>Gemiddelde fout {px} px, grootste {worst} px.</translation>
    </message>
    <message>
        <source>Repeat   R</source>
        <translation>Herhalen   R</translation>
    </message>
    <message>
        <source>Repeat   ⏎</source>
        <translation>Herhalen   ⏎</translation>
    </message>
    <message>
        <source>Set the tracker up again</source>
        <translation>Stel de tracker opnieuw in</translation>
    </message>
    <message>
        <source>The tracker is good to read with</source>
        <translation>De tracker is goed genoeg om mee te beoordelen</translation>
    </message>
    <message>
        <source>{seen} of {of} points were seen.</source>
        <translation>{seen} van de {of} punten zijn gezien.</translation>
    </message>
</context>
</TS>
