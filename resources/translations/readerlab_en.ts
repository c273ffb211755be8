<?xml version='1.0' encoding='utf-8'?>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Answers</name>
    <message numerus="yes">
        <source>%n mark(s)</source>
        <translation><numerusform>%n mark</numerusform><numerusform>%n marks</numerusform></translation>
    </message>
</context>
<context>
    <name>ArrivalBoard</name>
    <message numerus="yes">
        <source>%n more exam(s) waiting</source>
        <translation><numerusform>%n more exam waiting</numerusform><numerusform>%n more exams waiting</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Arriving: %n slice(s)</source>
        <translation><numerusform>Arriving: %n slice</numerusform><numerusform>Arriving: %n slices</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Complete: %n slice(s)</source>
        <translation><numerusform>Complete: %n slice</numerusform><numerusform>Complete: %n slices</numerusform></translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation><numerusform>%n question still open</numerusform><numerusform>%n questions still open</numerusform></translation>
    </message>
</context>
<context>
    <name>CaseStage</name>
    <message numerus="yes">
        <source>%n files of this case can't be read. The last: {problem}</source>
        <translation><numerusform>%n files of this case can't be read. The last: {problem}</numerusform><numerusform>%n files of this case can't be read. The last: {problem}</numerusform></translation>
    </message>
</context>
<context>
    <name>ChoicesField</name>
    <message numerus="yes">
        <source>At least %n of these.</source>
        <translation><numerusform>At least %n of these.</numerusform><numerusform>At least %n of these.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>No more than %n of these can be taken.</source>
        <translation><numerusform>No more than %n of these can be taken.</numerusform><numerusform>No more than %n of these can be taken.</numerusform></translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation><numerusform>%n question still open</numerusform><numerusform>%n questions still open</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n question(s) still open, available in {seconds} s</source>
        <translation><numerusform>%n question still open, available in {seconds} s</numerusform><numerusform>%n questions still open, available in {seconds} s</numerusform></translation>
    </message>
</context>
<context>
    <name>Debrief</name>
    <message numerus="yes">
        <source>{name} showed %n finding(s).</source>
        <translation><numerusform>{name} showed %n finding.</numerusform><numerusform>{name} showed %n findings.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>{name} showed %n finding(s): {scores}.</source>
        <translation><numerusform>{name} showed %n finding: {scores}.</numerusform><numerusform>{name} showed %n findings: {scores}.</numerusform></translation>
    </message>
</context>
<context>
    <name>HeldWords</name>
    <message numerus="yes">
        <source>Held since the last one that was saved: %n event(s).</source>
        <translation><numerusform>Held since the last one that was saved: %n event.</numerusform><numerusform>Held since the last one that was saved: %n events.</numerusform></translation>
    </message>
</context>
<context>
    <name>MarksDesk</name>
    <message numerus="yes">
        <source>No more than %n mark(s) can be made here.</source>
        <translation><numerusform>No more than %n mark can be made here.</numerusform><numerusform>No more than %n marks can be made here.</numerusform></translation>
    </message>
</context>
<context>
    <name>MarksField</name>
    <message numerus="yes">
        <source>That is the most: %n mark(s).</source>
        <translation><numerusform>That is the most: %n mark.</numerusform><numerusform>That is the most: %n marks.</numerusform></translation>
    </message>
</context>
<context>
    <name>MatrixField</name>
    <message numerus="yes">
        <source>%n row(s) still empty.</source>
        <translation><numerusform>%n row still empty.</numerusform><numerusform>%n rows still empty.</numerusform></translation>
    </message>
</context>
<context>
    <name>ProtocolWords</name>
    <message numerus="yes">
        <source>%n case(s)</source>
        <translation><numerusform>%n case</numerusform><numerusform>%n cases</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation><numerusform>%n day</numerusform><numerusform>%n days</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation><numerusform>%n minute</numerusform><numerusform>%n minutes</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n practice case(s)</source>
        <translation><numerusform>%n practice case</numerusform><numerusform>%n practice cases</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n question(s)</source>
        <translation><numerusform>%n question</numerusform><numerusform>%n questions</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n reader(s)</source>
        <translation><numerusform>%n reader</numerusform><numerusform>%n readers</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>in %n case(s) for each reader</source>
        <translation><numerusform>in %n case for each reader</numerusform><numerusform>in %n cases for each reader</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>in %n named case(s)</source>
        <translation><numerusform>in %n named case</numerusform><numerusform>in %n named cases</numerusform></translation>
    </message>
</context>
<context>
    <name>ShapesDesk</name>
    <message numerus="yes">
        <source>No more than %n mark(s) can be made here.</source>
        <translation><numerusform>No more than %n mark can be made here.</numerusform><numerusform>No more than %n marks can be made here.</numerusform></translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message numerus="yes">
        <source>%n case(s)</source>
        <translation><numerusform>%n case</numerusform><numerusform>%n cases</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n case(s), about {minutes} minutes</source>
        <translation><numerusform>%n case, about {minutes} minutes</numerusform><numerusform>%n cases, about {minutes} minutes</numerusform></translation>
    </message>
</context>
<context>
    <name>TextField</name>
    <message numerus="yes">
        <source>No more than %n characters.</source>
        <translation><numerusform>No more than %n characters.</numerusform><numerusform>No more than %n characters.</numerusform></translation>
    </message>
</context>
<context>
    <name>TextPage</name>
    <message numerus="yes">
        <source>%n question(s) still open</source>
        <translation><numerusform>%n question still open</numerusform><numerusform>%n questions still open</numerusform></translation>
    </message>
</context>
<context>
    <name>WorklistBar</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation><numerusform>%n waiting</numerusform><numerusform>%n waiting</numerusform></translation>
    </message>
</context>
</TS>