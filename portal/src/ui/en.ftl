### All texts of the portal. For a reading age of eleven: short words, short sentences, no blame.
### Say what happened, why, and what to do next.

app = Salus
page-title = { $page } – Salus
skip = Go to the content

# Parts that many pages use
back = Back
next = Next
cancel = Cancel
show = Show
hide = Hide
copy-text = Copy
copied = Copied
working = One moment …
span-milliseconds =
    { $count ->
        [one] one thousandth of a second
       *[other] { $count } thousandths of a second
    }
span-seconds =
    { $count ->
        [one] one second
       *[other] { $count } seconds
    }
span-minutes =
    { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
span-hours =
    { $count ->
        [one] one hour
       *[other] { $count } hours
    }
span-days =
    { $count ->
        [one] one day
       *[other] { $count } days
    }
choose-file = Choose a file
no-file = No file chosen yet
note-info = Good to know
note-warn = Please do this
note-bad = This did not work
note-good = Done
step = Step { $step } of { $steps }
qr-of = QR code with this text: { $text }

# Opening the page
start-welcome = Your health records, locked with your own key
start-welcome-text =
    Salus keeps your health records locked. Only you can open them, and the people you choose.
    Your key is made here, on this device. Nobody else gets it.
start-who = Who are you?
start-who-text = Choose your name to unlock your key.
start-make = Make my key
start-import = I already have a key file
start-gone = If you had a key here and it is gone, use the copy that you saved.
start-add = Add another person
start-add-text = Each person on this device has their own key and their own passphrase.
start-dropped = Your key is no longer on this device
start-dropped-text =
    This browser deleted what we had stored. Browsers do this when space is short, or after a long time.
    Your records are safe. Get your key back with the copy that you saved.
start-dropped-import = Use my saved copy
start-dropped-done = I understand, do not show this again
start-locked = Your key is locked.
start-idle = We locked your key because nobody used this page for a while. We kept what you typed. Files have to be chosen again.

# Making a key
create-title = Make your key
create-name = Your full name
create-name-hint = As it is on your papers. It is stored locked. Only you can see it.
create-name-bad = Enter your name, without line breaks or hidden signs.
create-label = What should this device call you?
create-label-hint = Anyone who uses this device can see this. A nickname is fine.
create-label-bad = Enter a short name, such as “Me”.
create-passphrase-title = Choose a passphrase
create-passphrase-text =
    Your passphrase locks your key. Four words that have nothing to do with each other are strong, and easy
    to remember. Write them on paper.
create-passphrase = Passphrase
create-passphrase-hint = At least { $least } characters
create-passphrase-bad = This is too short. Use at least { $least } characters.
create-passphrase-keep = Keep it safe
create-passphrase-warn =
    We cannot reset your passphrase. If you lose it, nobody can open your records, not even us.
create-make = Make my key
create-making = We are making your key …
create-making-text = This takes a few seconds. Your key never leaves this device unlocked.

# Opening a link
join-title = Join your network
join-text =
    Somebody invites you to a network. Before you go on, we make sure that this is their network, and not a copy.
join-looking = We are looking for the network …
join-bad-link =
    This link is not complete. Ask for it again, and open the whole link.
join-paste = The link of your network
join-paste-hint = Copy the whole link from the message that you got, and paste it here.
join-paste-do = Open the link
join-compare = Is this the right network, “{ $network }”?
join-compare-text =
    Whoever invites you gives you these groups on paper or by phone. Compare all of them. If one is different, do not
    go on.
join-fingerprint = The network’s fingerprint
join-same = They are all the same
join-different = They are different
join-other-title = Do not use this link
join-other-text = Tell whoever invites you that the groups were different. We have stored nothing.
join-file-title = We need the network’s file
join-file-text = This page does not have it. Whoever invites you can give you the file. Its name ends in “.json”.
join-file = The network’s file
join-next = First you need your key
join-next-text = Make your key, or unlock the one that you have. Then we take you to the network.
join-move-title = You are in another network already
join-move-text =
    You are in the network “{ $network }”. If you go on, this device shows you the new one. Nothing is deleted, and
    the old one’s link takes you back.
join-move = Go to the new network
mismatch-fingerprint = This file is not the one that the link names. Ask whoever invites you for a new link.
mismatch-network = This is the file of another network. Ask whoever invites you for the right one.
mismatch-gateway = The link leads to a server that is not in the network’s file. Ask whoever invites you for a new link.

# My records
records-title = My records
records-none-title = You are not in a network yet
records-none-text = Ask your clinic, or the people who run the network, for the link. Open it on this device.
known-title = Is this your network?
known-text = Others who use this device are in it. If it is yours, too, you need no link.
known-do = Go on in “{ $network }”, region { $region }
records-connecting = We are asking for your records …
records-loading = We are opening your list …
records-empty-title = You are in. You have no records yet
records-empty-text =
    Show your patient number to your clinic, so that it can add a record for you. Then you find it here.
records-empty-do = Show my patient number
records-more = Show more
records-again = Look for new records
record-no-name = A record whose name does not open with your key
record-by = By { $name }
record-by-you = Added by you
record-corrected = A newer record corrects this one.
standing-suspended = This person may not work at the moment.
standing-text = Ask your clinic before you rely on what they wrote.
standing-retired = This person has retired.
standing-unverified = This person is no longer checked by the network.
record-about = About { $patient }
record-by-patient = By the patient
record-number = Record { $number }
list-choose = Choose several
list-choose-end = Stop choosing
list-chosen = You chose { $count } of at most { $most } records.
list-share = Share these
list-count = { $shown } of { $all } records
list-more = More are coming …
list-search = Find a record by its name
list-search-hint = We look on this device only. Nobody hears what you look for.
list-search-do = Find
list-search-end = Show all again
list-searching = We looked through { $done } of { $all } names …
list-load = Load the list again
list-filter = Show only some
list-by = Show
list-by-all = All records
list-by-others = Those that others wrote
list-by-me = Those that you added
list-newest = Hide those that a newer record corrects
list-opening = We are opening the name …

# One record
record-title = A record
record-loading = We are asking for this record …
record-back = To my records
record-by-number = By { $name }, number { $number }
record-newest = Open the newest one
record-newer = Open a newer one
record-amends = This record corrects an older one.
record-older = Open the older one
no-record = We could not find this record. Go back to your records, and look for new ones.
no-key = None of your keys opens this record. Use the key file that you had when it was written.
document-title = What it says
document-closed = It is locked. It has { $size }.
document-open = Open it
document-stop = Stop
document-getting = We are getting it …
document-stopped =
    It stopped in the middle. You may not read this any more: somebody stopped sharing it, or it was over. We kept nothing of it.
document-checking = We are checking that nobody changed it …
document-checked = We checked it. It is just as its writer signed it.
document-other = We cannot show this kind of file here. Save it, and open it with a program that you trust.
document-save = Save it on this device
document-saved = Your browser saved it. Now others who use this device may open it.
progress = { $done } of { $size }
progress-pace = { $rate } each second. About { $left } to go.
frame-title = The document
frame-back = Page before
frame-next = Next page
frame-larger = Larger
frame-smaller = Smaller
frame-page = Page { $page } of { $pages }
frame-drawing = We are drawing it …
frame-failed = We cannot show this file
frame-broken = It may be damaged. You can still save it, and open it with another program.
frame-password = It has a password of its own. Save it, and open it with another program.
frame-slow = It took too long. You can still save it, and open it with another program.

# What is in a record
fhir-Patient = Person
fhir-Composition = Letter
fhir-AllergyIntolerance = Allergies
fhir-Condition = Illnesses
fhir-MedicationRequest = Medicines
fhir-MedicationStatement = Medicines taken
fhir-Immunization = Vaccines
fhir-DiagnosticReport = Test reports
fhir-Observation = Test results
fhir-Procedure = Treatments
fhir-Encounter = Visits
fhir-CarePlan = Care plans
fhir-DocumentReference = Papers
fhir-Consent = Consents
fhir-group = { $name } ({ $count })
fhir-others = There is more in it that we cannot show here: { $what }. It is in the file if you save it.
fhir-more = This is not all of it. Save the file to see the rest, or ask the person who wrote it.
fhir-not-take = Do not take
fhir-not-do = Do not do
fhir-born = Born
fhir-gender = Sex
fhir-address = Lives at
fhir-contact = Phone or mail
fhir-author = By
fhir-clinic = Clinic
fhir-status = State
fhir-sure = How sure
fhir-danger = Danger
fhir-reaction = What happens
fhir-severity = How bad
fhir-until = Until
fhir-where = Where
fhir-dose = How to take it
fhir-reason = Why
fhir-lot = Batch
fhir-conclusion = What it means
fhir-value = Result
fhir-usual = Usual
fhir-meaning = Meaning
fhir-outcome = Outcome
fhir-steps = Steps
fhir-note = Note
fhir-file = Open the file in it: { $title }
fhir-file-name = file-from-record
fhir-file-broken = This file is damaged. Ask the person who wrote the record.

# Who can read
readers-title = Who can read this
readers-all = Who can read my records
readers-text = These people can read your records. You can stop it here, one by one or all at once.
readers-loading = We are asking who can read …
readers-you = You
readers-author = The person who wrote a record can always read it, too.
readers-wrote =
    { $count ->
        [one] Wrote this record, and can always read it.
       *[other] Wrote these records, and can always read them.
    }
readers-nobody = You share nothing now.
readers-happened = See what happened
reader-number = Number { $number }
reader-region = In region { $region }
reader-patient = A patient
reader-provider = Provider { $id }
reader-standing = This person may not work at the moment, and cannot read it now.
purpose-Treatment = To treat you
purpose-EmergencyTreatment = For an emergency
purpose-Payment = For bills and payment
purpose-Operations = To run the clinic
purpose-Research = For research
purpose-PublicHealth = For the health of all
purpose-PatientRequest = Because you want it
purpose-FamilyRequest = Because your family wants it
terms-open = { $why }, until you stop it
terms-open-theirs = { $why }, until the patient stops it
reason-Treatment = For treatment
reason-EmergencyTreatment = For an emergency
reason-Payment = For bills and payment
reason-Operations = To run the clinic
reason-Research = For research
reason-PublicHealth = For the health of all
reason-PatientRequest = Because the patient wants it
reason-FamilyRequest = Because the family wants it
terms-until = { $why }, until { $until }
remote-Granted = It waits here. A clinic of your region must send it on.
remote-Forwarded = It is on its way to the other region.
remote-Overdue = The other region has not answered in time. It may have arrived or not. Ask your clinic to send it again.
remote-Delivered = It has arrived. They can read it.
remote-Revoking = You stopped it. The other region has not answered yet.
remote-Revoked = You stopped it. They can no longer get the key.
remote-refused-other = The other region did not take it. Stop it, and share it again, or ask your clinic.
remote-refused-GranteeUnknown = The other region does not know this person. Stop it, and ask them for their number.
remote-refused-GranteeSuspended = This person may not work at the moment. Stop it, and share it later.
remote-refused-GranteeRetired = This person has retired. Stop it, and ask their clinic who took over.
remote-refused-GranteeRegionExpelled = The other region is no longer part of the network. Stop it, and ask your clinic.
remote-refused-StaleKeyVersion = This person has a newer key. Stop it, and share it again.
remote-refused-Expired = It came too late: its time was over. Stop it, and share it for longer.
stop = Stop sharing with { $name }
stop-all = Stop sharing with everybody
stop-sure = Stop sharing with { $name }?
stop-all-sure = Stop sharing with everybody?
stop-text = They can no longer open these records here. What they have read or saved before, they keep.
stop-do = Stop sharing
stop-done = You stopped it. They can no longer open it here.

# What happened
happened-title = What happened
happened-text =
    You see who added a record, who you shared with, and when it ended. You do not see who read a record: nobody can
    know that.
happened-loading = We are asking what happened …
happened-nothing = Nothing yet. When somebody adds a record, or you share one, you find it here.
happened-by-you = By you, on { $when }
happened-by-network = By the network, on { $when }
happened-on = On { $when }
happened-joined = You joined with your key
happened-key = You have a new key
happened-added = { $name }, number { $number }, added a record
happened-added-you = You added a record
happened-corrected = { $name }, number { $number }, corrected a record
happened-corrected-you = You corrected a record
happened-Granted = You shared with { $name }
happened-Forwarded = A clinic sent it to { $name }
happened-Delivered = It arrived at { $name }
happened-Revoking = You stopped sharing with { $name }, and wait for the other region
happened-Revoked = Sharing with { $name } was stopped
happened-Expired = Sharing with { $name } ended by itself

# What I sent
activity-title = What I sent
activity-text = Each step stays here until you remove it, even if you close this page.
activity-nothing = You have sent nothing yet.
activity-forget = Remove from this list
activity-more = See each step
activity-failed = This did not work: { $what }
activity-seen = I have read this
activity-share =
    { $count ->
        [one] Share a record with { $name }
       *[other] Share { $count } records with { $name }
    }
activity-stop =
    { $count ->
        [one] Stop sharing a record with { $name }
       *[other] Stop sharing { $count } records with { $name }
    }
activity-stop-all =
    { $count ->
        [one] Stop sharing a record
       *[other] Stop sharing { $count } records
    }
activity-add = Add “{ $name }”
activity-invite = Invite somebody
activity-withdraw = Take your application back
activity-enlist = Put you on the common list
activity-retire = Retire
activity-key = Use a new key
activity-forward = Send on record { $record }
activity-vote-Verify =
    { $vote ->
        [true] Vote yes to { $name }
       *[other] Vote no to { $name }
    }
activity-vote-Suspend =
    { $vote ->
        [true] Vote to stop { $name }
       *[other] Vote not to stop { $name }
    }
activity-vote-Reinstate =
    { $vote ->
        [true] Vote to let { $name } work again
       *[other] Vote not to let { $name } work again
    }
activity-vote-Unverify =
    { $vote ->
        [true] Vote to take the number from { $name }
       *[other] Vote not to take the number from { $name }
    }
activity-council-propose = Open a motion
activity-council-vote =
    { $vote ->
        [true] Vote for motion { $motion }
        [false] Vote against motion { $motion }
       *[other] Vote on a motion
    }
activity-council-close =
    { $motion ->
        [none] Close a motion
       *[other] Close motion { $motion }
    }
step-signing = Signed with your key
step-signing-later = To be signed with your key
step-sent = Sent
step-sent-later = To be sent
step-in-block = The network has taken it in. It could still be undone.
step-in-block-later = The network takes it in
step-final = Done. Nobody can undo it.
step-final-later = Done, when nobody can undo it
step-final-vote = Done. You can change your vote until it is decided.
step-final-vote-later = Done, when your vote counts
still-title-old = The network stands still at the moment
still-text-old = For { $span }, it has finished nothing new. It goes on by itself.
still-title-silent = We cannot reach the network at the moment
still-text-silent =
    For { $span }, none of the network’s doors has answered. The network may stand still, or you may have no
    connection. We try again by ourselves.
still-sent = What you sent may still come. It is not final yet. Do not send it again: we tell you here.
still-works = You can still read and save what is open here, lock your key, and save a copy of it.

# Sharing
share-do = Share this record
share-title = Share records
share-title-1 = Who should be able to read it?
share-title-2 = Is it really { $name }?
share-title-3 = What for, and how long?
share-title-4 = You shared it with { $name }
share-choose = First choose the records that you want to share.
share-what =
    { $count ->
        [one] You share this record:
       *[other] You share these { $count } records:
    }
find-who = Number or name
find-who-hint = The number has ten digits, or a letter and five digits. It is on their letters. A part of the name will do, too.
find-empty = Enter a number, or at least two letters of the name.
find-bad-number = This number is not right. Check each digit, and try again.
find-where = Where do they work?
find-here = In my region
find-region = In region { $region }
find-do = Find
find-found = People found
find-more = There are more than these
find-more-text = Type more of the name, or the whole number.
find-nobody = We found nobody
find-nobody-text = Check the number or the name. Or ask them whether they are in this network.
find-choose = Choose { $name }
compare-loading = We are asking for this person’s key …
compare-title = The key of { $name }
compare-text =
    Ask them to show you their key’s code, or to read it out. Scan it, or compare all groups. If one is different,
    it is not their key.
compare-known = You have shared with this key before. Nothing has changed.
compare-changed = This person has another key than before
compare-changed-text = That can be right: people get new keys. Call them, and compare all groups before you go on.
compare-other = Do not share with this key
compare-other-text = It is not the key that they showed you. Nothing was shared. Tell them, and tell your clinic.
compare-ended =
    Your network file is too old, and this device has not seen this key before. Ask your clinic for the newest file,
    and choose it in the settings.
compare-unsigned = The key of this person is not signed by them. Do not share with it, and tell your clinic.
scan-do = Scan their code
scan-starting = We are starting the camera …
scan-video = What the camera sees
scan-text = Hold the code in front of the camera. The pictures stay on this device.
scan-failed = We cannot use the camera
scan-failed-text = Allow it in your browser’s settings. Or compare the groups by eye.
terms-why = What for?
terms-long = How long?
terms-days =
    { $days ->
        [365] One year, until { $until }
       *[other] { $days } days, until { $until }
    }
terms-no-end = Until I stop it
terms-know = What you should know
terms-know-text = You can stop it at any time. What they read before, they can keep. What for is a note: it stops nobody.
share-send = Share now
share-with = With { $name }
share-getting = We are checking record { $number } of { $of } …
share-leave = You can leave this page. It goes on, and you see each step on top.
share-left = { $name } wrote these, and can read them anyway
share-done = They can read it now.
share-done-region = A clinic of your region must send it on. You see under “Who can read” when it has arrived.

# Adding
add-title = Add a document
add-text = Add a letter, a photo or another file about yourself. Everybody who reads it sees that it is from you.
add-correct = Correct this record
add-correct-which = You correct “{ $name }”.
add-correct-text = The old one stays. Everybody who reads it sees that there is a newer one from you.
add-file = The file
add-drop = You can drop files here, too.
add-file-hint = A PDF or a photo is best: we can show those.
add-photo = Take a photo
add-name = What should it be called?
add-name-hint = The name is locked, too. Only people who can read the document see it.
add-name-bad = Enter a name, without line breaks or hidden signs.
add-about = The file says it is about { $name }
add-about-text = Make sure that this is the right person, before you add it.
add-more = More about this file
add-type = What kind of file is it?
add-type-hint = We found this out. Change it only if you know better.
add-type-bad = Enter a short text in plain letters, such as “text/plain”.
add-remove = Do not add this one
add-gone = Choose these files again
add-gone-text = We kept the names that you typed, but not the files.
add-gone-do = Forget these names
add-need-file = Choose a file, or take a photo.
add-too-large = This file is too large. At most { $most } will do.
add-do = Add it
add-working = We are adding “{ $name }”
add-sealing = We are locking it with your key …
add-asking = We are asking the clinic’s computer to take it …
add-sending = We are sending it …
add-keeping = It has arrived. The clinic’s computer is checking it …
add-putting = We are writing it into the list …
add-leave-sealing = Stay on this page until it is locked. If you leave, begin again with the same file.
add-leave = You can pause and go on later, also after you lock or close this page. What was sent is not sent again.
add-pause = Pause
add-done =
    { $count ->
        [one] It is in your records.
       *[other] { $count } documents are in your records.
    }
add-waiting = Not finished yet
add-waiting-text = These documents are locked on this device. They are not in the records yet.
add-go-on = Go on
add-forget = Throw it away
add-forget-sure = Throw it away?
add-forget-text = It is not in the records yet. We remove what this device and the clinic’s computer have of it. Your own file stays.
add-dropped = Your browser deleted this document before it was sent. Throw it away, and add the file again.
add-twice = You have added this file before
add-twice-text = “{ $name }” has the same content as a file that you added for this patient. Do you want it there twice?
add-twice-no = No, throw it away
add-twice-yes = Yes, add it again
upload-400 = The clinic’s computer did not take the document. Load this page again, and try once more.
upload-403 = You may not add documents at the moment. Nothing was changed. Ask your clinic.
upload-412 = This page does not fit the clinic’s computer. Load this page again, and try once more.
upload-413 = The document is too large for your network. Make it smaller, or ask your clinic.
upload-415 = This page does not fit the clinic’s computer. Load this page again, and try once more.
upload-422 = The document was damaged on its way. Throw it away, and add the file again.
upload-507 = The clinic’s computer is full. Your document is still here. Try again later, or tell your clinic.
upload-other = The clinic’s computer did not take the document. It is still here. Try again later.
browser-QuotaExceededError =
    This device or this browser has no room for it. Delete something, or use another browser such as Chrome.
browser-NoModificationAllowedError = This record is open in another window. Close it there, and try again.
browser-NotReadableError = The file changed while we read it. Choose it again.
browser-NotFoundError = The file is no longer there. Choose it again.
browser-AbortError = You stopped it. You can go on later.
browser-InvalidStateError = A newer page of Salus is open in another window. Load this page again.
refused-other =
    This document is not what its writer signed. We did not open it. Tell the person who wrote it. ({ $check })
records-other-title = We cannot tell who you are
records-other-text = Your key file does not have the name that you joined with. Use your newest key file.

waiting-title = Show this code to whoever invites you
waiting-text = They scan the code, and let you in. This page goes on by itself.
waiting-lock = If nobody uses this page for some minutes, we lock your key. Unlock it, and you see what is new.
waiting-busy = We ask again and again whether they have let you in. It can take a minute until you see it …
invited-title = You are invited
invited-text =
    You join as { $name }. Your name stays locked: others see only a number. It takes up to a minute.
invited-text-label =
    You join with the key that this device calls “{ $label }”. Others see only a number. It takes up to a minute.
invited-patient = Are you a patient?
invited-need-copy = First save a copy of your key and try it. Then you can join.
invited-do = Join now
invited-provider = Do you treat patients?
invited-provider-text =
    Then do not join as a patient: nobody can change that later. Apply with your number, and the network checks who
    you are.
accepted-title = You are accepted
accepted-text =
    The network has checked you. You can add records now. Your patients find you by your number: it is on the page
    “My key”.
lost-title = You no longer have your number
lost-text =
    The people who run the network took your number from this key. With it you can read and add nothing any more. What
    you wrote stays. Ask them why.
authority-you = you
authority-with = { $account } (runs { $host })
authority-runs = Runs { $hosts }
authority-here = You are one of the people who run this network
authority-here-text = You have no records here. Your pages are on top.
joining-title = You are joining …
joining-signing = We are signing it with your key.
joining-sent = It is sent. We wait for the network to take it in.
joining-in-block = The network has taken it in. We wait until nobody can undo it.
joining-final = It is done.

# Applying as somebody who treats patients
apply-title = Apply to treat patients here
apply-text = The people who run the network check that you are who you say. They vote. Then you can add records.
apply-number = Your number
apply-number-hint = An NPI has ten digits. A UPIN is a letter and five digits. Everybody here can see it.
apply-number-bad = This is neither ten digits nor a letter and five digits. Check it, and try again.
apply-name = Your name at work
apply-name-hint = As your patients know you, with your title. Everybody here can see it.
apply-name-bad = Use at most 64 letters, with one space between words, and no signs but . , & ( ) / ' -
apply-do = Apply now
applicant-title = Your application
applicant-stands = How your application stands
applicant-text = The people who run the network look at it now. This page goes on by itself. You can close it and come back.
applicant-loading = We are asking how the votes stand …
applicant-change = Change it
applicant-withdraw = Take it back
votes =
    { $missing ->
        [0] { $ayes } said yes, { $nays } said no.
        [one] { $ayes } said yes, { $nays } said no. One more yes is missing.
       *[other] { $ayes } said yes, { $nays } said no. { $missing } more must say yes.
    }
voters-yes = Yes: { $names }
voters-no = No: { $names }
votes-until = The vote ends on { $until }.

# What a provider wrote
written-title = Records I wrote
written-empty = You have written no records yet
written-empty-text = When you add one, you find it here.
write-title = Add a record
write-text = First tell us whose record it is. Then choose the files.
write-back = To the records I wrote
write-patient = The patient’s number
write-patient-hint = It is on the patient’s page “My key”. Scan the code there, or type its 32 characters.
write-patient-number = Patient’s number
write-before = Your patients
write-looking = We are asking for the patient …
write-nobody = There is no patient with this number
write-nobody-text = Check each character, or scan the code. The patient may not have joined yet.
write-bad-patient = This is not a patient’s number. It has 32 characters: digits, and letters from a to f. Scan the code instead.
write-false-patient = What the network shows of this patient does not fit together. Do not go on, and tell the people who run it.
write-changed = This patient has a new key
write-changed-text =
    That can be right: people get new keys. Ask the patient to show you “My key”, and compare all groups. If one is
    different, do not go on.
write-for = For { $name }
write-for-new = For this patient
write-call = What do you call this patient?
write-call-hint = For your own lists. It is locked with your key, and stays on this device.
write-other = Another patient
write-done =
    { $count ->
        [one] It is in the patient’s records. You find it under “I wrote”.
       *[other] { $count } records are with the patient. You find them under “I wrote”.
    }

# What was shared with a provider
shared-title = Shared with me
shared-text = Patients shared these with you. What they stop sharing goes from this list.
shared-loading = We are asking what is shared with you …
shared-ended = This is no longer shared with you
shared-ended-text = The patient stopped sharing it, or its time is over. If you still need it, ask the patient.
shared-nothing = Nothing is shared with you now
shared-nothing-text = Tell your patient your number. Then they can find you and share a record.

# Inviting
invite-title = Invite somebody
invite-text = Two steps: they open your link, and then you let their account in.
invite-link = 1. Show them this link
invite-link-text = They scan it with their phone. It leads to this page, and has nothing secret in it.
invite-account = 2. Let their account in
invite-account-text = Their page now shows a code. Scan it, or type the account below the code.
invite-field = Their account
invite-field-hint = It begins with a 5, as a rule, and has 48 characters.
invite-bad = This is not an account. Scan the code, or copy all of it.
invite-do = Invite
invite-done =
    They are invited. Their page goes on by itself. If they are your patient, they find their patient number under
    “My key”. You need it to add a record for them.
invite-done-text = They are invited. Their page goes on by itself.
invite-done-provider =
    If they treat patients, they choose “Apply to treat patients here” on their page. Then you find them under “Votes”.
invite-left =
    { $count ->
        [one] You can invite one more person today.
       *[other] You can invite { $count } more people today.
    }

# Other regions
elsewhere-title = Other regions
elsewhere-text = Your region and the others talk through a common list. Here you see what you can send there.
enlist-title = Your place on the common list
enlist-text = Patients of other regions can only share with you if you are on this list.
enlist-do = Put me on the list
enlist-none = You are not on the list.
enlist-Waiting = Your entry waits here. The network sends it soon.
enlist-Sent = Your entry is on its way. The answer can take some minutes.
enlist-Enlisted = You are on the list. What changes later is sent by itself.
enlist-refused-other = The list did not take your entry. Try again, and tell the people who run your network.
enlist-refused-AccountTaken = Your account is on the list for another entry. Tell the people who run your network.
enlist-refused-NumberChanged = Your number is not the one on the list. Tell the people who run your network.
enlist-refused-Unverified = You were taken off the list, as the network no longer checks you. Ask why.
enlist-refused-MaxProvidersExceeded = The list is full for your region. Tell the people who run your network.
forward-title = Shares that wait for you
forward-text =
    Patients of your region want to share these elsewhere. Any of you can send them on. Nobody can read them on the way.
forward-nothing = Nothing waits.
forward-to = For { $name } in region { $region }
forward-Granted = It has not been sent yet.
forward-Overdue = It was sent, and no answer came. You can send it again.
forward-do = Send on record { $record }

# How a provider stands
work-title = My work here
work-Verified = The network has checked you. You can add records.
work-Suspended = You may not work at the moment. You can read nothing that is shared with you. Ask the people who run the network.
work-Retired = You have retired. What you wrote stays.
work-RetiredSuspended = You have retired, and may not work. What you wrote stays.
work-Unverified = The network no longer checks you. What you wrote stays. Ask the people who run the network.
work-UnverifiedSuspended = The network no longer checks you, and you may not work. Ask the people who run the network.
work-since = You are here since { $since }.
retire-title = Retire
retire-sure = Do you want to retire?
retire-text = You can never add records with this key again, and never come back with it. What you wrote stays.
retire-do = Retire for good

# What the people who run the network do
applications-title = Who wants to treat patients
applications-text = Check each one by a way of your own, such as a call to their clinic. Then vote. You can change your vote until it is decided.
account-of = Account
applications-nothing = Nobody new has applied.
vote-ended-accepted = It is decided: this person may treat patients here now.
vote-ended-gone = It is over: they were not accepted, or took it back.
applications-open = Votes on those who treat patients already
applications-open-nothing = No vote on one of them is open.
applications-open-looked = We have looked at { $count } people so far. The others follow by themselves.
applications-look = Look closely
applications-since = Since { $since }
applications-holder = { $name } has this number already. One number can have one person only.
applications-rivals = Others want the same number: { $names }
vote-yes = Yes to { $name }
vote-no = No to { $name }
vote-about-yes =
    If enough of you say yes, this person may treat patients here, add records, and invite others.
vote-about-no =
    If too many of you say no, the application is over. They have to wait some days before they can ask for this number
    again.
vote-change = You can change your vote until it is decided.
vote-do = Vote now
vote-open = { $what }: { $votes }
vote-mine-yes = You said yes.
vote-mine-no = You said no.
vote-mine-none = You have not voted.
vote-Suspend = Stop { $name } for now
vote-against-Suspend = Do not stop { $name }
vote-about-Suspend = While somebody is stopped, they can add no records, and read nothing that is shared with them.
vote-Reinstate = Let { $name } work again
vote-against-Reinstate = Do not let { $name } work again
vote-about-Reinstate = They can add records again, and read what is shared with them.
vote-Unverify = Take the number from { $name } for good
vote-against-Unverify = Do not take the number from { $name }
vote-about-Unverify = Do this if the wrong person has the number. They lose it for good. What they wrote stays, and shows it.
people-title = Those who treat patients
people-text = You see how each of them stands. A change needs more than half of you.
people-nobody = Check the number or the name.
standing-of-Verified = May work
standing-of-Suspended = Stopped for now
standing-of-Retired = Has retired
standing-of-RetiredSuspended = Has retired, and is stopped
standing-of-Unverified = Lost the number
standing-of-UnverifiedSuspended = Lost the number, and is stopped
council-title = What you decide together
council-text = Two thirds of you carry a motion. Then somebody closes it, and it takes effect.
council-motions = Open motions
council-nothing = There are none.
council-motion = Motion { $number }: { $what }
council-votes = { $ayes } for it, { $nays } against it. It needs { $threshold }.
council-mine-yes = You voted for it.
council-mine-no = You voted against it.
council-mine-none = You have not voted.
council-yes = Vote for motion { $number }
council-no = Vote against motion { $number }
council-close = Close motion { $number }
council-close-sure = Close motion { $number }?
council-yes-then =
    { $threshold ->
        [one] It needs one vote for it. Then somebody can close it, and it takes effect.
       *[other] It needs { $threshold } votes for it. Then somebody can close it, and it takes effect.
    }
council-no-then = If too many of you are against it, somebody can close it, and nothing changes.
council-change = You can change your vote until somebody closes the motion.
council-close-carried = Enough of you are for it. When you close it, it takes effect. Only a new motion can change that.
council-close-lost =
    Not enough of you are for it. When you close it, nothing changes, and it leaves this list. To ask again, somebody
    opens a new motion.
council-close-do = Close it
council-closed-carried = Motion { $number } was carried, and is closed now: { $what }
council-closed-lost = Motion { $number } was voted down, and is closed now: { $what }
council-adds = Their account
council-adds-keys = The fingerprint of their computer’s keys
council-print = The fingerprint of the new rules
council-details = All of the motion
council-upgrade = New rules for the network
council-no-upgrade = None are announced.
council-upgrade-from = They can take effect from { $from }. Compare this code with the one that you built.
council-authorities =
    { $count ->
        [one] Who runs the network: one person
       *[other] Who runs the network: { $count } people
    }
council-you = This is you.
council-blocks = This one’s computer works for the network now.
council-no-blocks = This one’s computer does not work for the network now.
council-remove = Ask to remove { $who }
council-remove-sure = Ask to remove { $who } from those who run the network?
council-remove-text = This opens a motion. It is no vote yet: vote for it then, as the others do.
council-remove-then =
    Once that is carried and closed, they can no longer vote or invite here. Their computer stops its work for the
    network.
council-remove-do = Open the motion to remove
council-propose = Open the motion
propose-add = Ask to add somebody
propose-offer = The text from their computer
propose-offer-hint =
    On their computer, they type “salus authority offer”. Ask them to send you all that it prints, and paste it here.
propose-look = Look at it
propose-compare = Compare both with what they tell you by phone.
propose-keys = The keys of their computer
propose-bad-offer = This text does not fit this network. Ask them for a new one, and copy all of it.
propose-copies = Ask for more or fewer copies
propose-copies-number = How many copies should each document have?
propose-copies-now = Now each should have { $count }.
propose-copies-bad = Enter a number from 1 to { $most }.
propose-upgrade = Ask to announce new rules
propose-code = The file with the new rules
propose-code-print = The fingerprint of this file
propose-compare-code = This is the fingerprint of the file. Compare it with what the others built.
propose-cancel = Ask to take the new rules back
propose-cancel-do = Open the motion to take them back

# What a motion does, and what follows. Each call that a motion can make has both
call-Governance-add-authority = Add { $who } to those who run the network
call-then-Governance-add-authority =
    Ask this person for the fingerprint, by phone or in person. Vote for it only if both are the same. Once it is
    carried and closed, they can vote and invite here.
call-Governance-remove-authority = Remove { $who } from those who run the network
call-then-Governance-remove-authority = { council-remove-then }
call-Governance-announce-upgrade = Announce new rules
call-then-Governance-announce-upgrade =
    Compare the fingerprint with that of the rules that you built. They take effect later, when everybody had time to
    look.
call-Governance-cancel-upgrade = Take the new rules back
call-then-Governance-cancel-upgrade = The rules that hold now stay.
call-Governance-set-parameter-ReplicationTarget =
    { $number ->
        [one] Keep one copy of each document
       *[other] Keep { $number } copies of each document
    }
call-then-Governance-set-parameter-ReplicationTarget = The more copies, the more computers can fail.
call-Governance-set-parameter-NoticePeriod = Announce new rules at least { $time } before they take effect
call-then-Governance-set-parameter-NoticePeriod = Rules that are announced already keep the time that they were given.
call-Governance-open-channel = Ask for a line from here to { $to }
call-then-Governance-open-channel =
    It has room for { $count } messages, each of { $size } bytes at most. It opens when the other side takes it.
call-Governance-accept-channel = Take the line from { $from } to here
call-then-Governance-accept-channel = Messages come through it then.
call-Governance-close-channel = Close the line from { $from } to { $to }
call-then-Governance-close-channel = What is on its way in it is lost.
call-Consortium-admit-region = Take region { $region } in
call-then-Consortium-admit-region =
    Compare the fingerprint with the one that the region’s people give you. Its patients can then share with other
    regions.
call-Consortium-expel-region = Put region { $region } out
call-then-Consortium-expel-region = What its patients shared with others, and others with its people, is held back.
call-Consortium-set-network-file = Make file { $serial } the newest file of the network
call-then-Consortium-set-network-file = Compare the fingerprint with that of the file that you signed.
call-Utility-batch = Do these things, one by one
call-then-Utility-batch = If one fails, those before it stay done, and those after it are left out.
call-Utility-batch-all = Do these things, all or none
call-then-Utility-batch-all = If one fails, none of them is done.
call-Utility-force-batch = Do these things, each by itself
call-then-Utility-force-batch = If one fails, the others are still done.
place-here = this part of the network
place-common = the common list
place-region = region { $para }
place-other = part { $para } of the network

# All regions
common-title = All regions
common-text =
    Two thirds of those who run the common list decide which regions are in it. They vote with the program “salus”,
    on a computer of their own. You see here what they decide.
common-authorities =
    { $count ->
        [one] Who runs the common list: one person
       *[other] Who runs the common list: { $count } people
    }
common-regions = Regions
common-alone = Your network has one region, and no common list.
common-region =
    { $providers ->
        [one] One person is on the common list. Shares from there: { $grants }.
       *[other] { $providers } people are on the common list. Shares from there: { $grants }.
    }
region-Admitted = Part of the network since { $since }
region-Expelled = Out of the network since { $since }
common-no-file = The network has not named its newest file yet.
common-file-same = You have the newest file of the network, number { $serial }.
common-file-other = The newest file of the network has number { $serial }. This device has number { $own }. Get the newest one.
health-title = How the network is
health-text = Nothing here tells anything about a patient.
health-pins = Copies of documents
health-pins-good = Each document has as many copies as it should.
health-pins-bad =
    { $count ->
        [one] One record has too few copies. Ask those who are named here to look at their computers.
       *[other] { $count } records have too few copies. Ask those who are named here to look at their computers.
    }
health-pins-lacking = No copy yet with: { $names }
health-pins-of = { $pins } of { $target } copies
health-more = There are more. These are the newest.
sign-title = Sign the network’s file
sign-text = Everybody who joins trusts this file. Compare all of it with your own computers, and with the others, before you sign.
sign-choose-hint = One of you makes the new file, and gives it to you. Whoever signs gives it on.
sign-now = This device has file { $serial } of this network now.
sign-same = The addresses are the same.
sign-added = New addresses: { $what }
sign-dropped = Addresses that are no longer in it: { $what }
sign-none = This device has no file of this network yet.
sign-choose = The file to sign
sign-bad = This is not a network’s file that we can sign: { $what }. Get it again.
sign-file = { $name }, file { $serial }
sign-compare = Read these groups to the others by phone. If one is different, do not sign.
sign-until = It is good until { $until }.
sign-reset = The network began anew { $count } times. Be sure that you know why.
sign-no-portal = It names no web address where people join.
sign-no-relay = It has no clock of its own: it is for trying things out.
sign-relay = The clock of the network: it ticks every { $seconds } seconds
sign-genesis = The fingerprint of its beginning
sign-checkpoint = Where a new device begins to check
sign-region = Region { $para }
sign-consortium = The common list, { $para }
sign-development = for trying things out
sign-slot = It takes in something new every { $seconds } seconds.
sign-endpoint-node = A node
sign-endpoint-relay = A node of the network’s clock
sign-endpoint-gateway = A door for members
sign-signers = { $threshold } of these { $count } must sign
sign-has = Has signed
sign-has-not = Has not signed
sign-not-listed = You are not one of those who must sign this file. Those of the file before may sign it, too.
sign-do = Sign it, and save the file
sign-mine = You have signed this file. Give it to the next person who must sign.
sign-enough = As many have signed as this file asks for. Give it back to the one who made it.
sign-done = Your browser saved the file with your signature. Give that file to the next person who must sign.

# Taking the lists along
export-title = Take your lists along
export-text = A file for other programs: your records’ names, who can read them, and what happened. It has no documents in it.
export-text-provider = A file for other programs: the names of the records that you wrote. It has no documents in it.
export-reading = We have read { $count } …
export-do = Save the file

# A new key
newkey-title = A new key
newkey-text = If somebody may have seen your key, make a new one. The old one still opens what was locked with it.
newkey-passphrase = Your passphrase, to make a new key
newkey-make = Make a new key
newkey-copy = Your new key is made. Save a copy and try it. Then you can use the new key.
newkey-safe = Your new key has a copy that works. From when you use it, new records are locked with it.
newkey-put = Use the new key

# Gateways: the doors to the network
down-title = We cannot reach the network now
down-text =
    Nothing is lost. None of the network’s doors gave an answer that we could check. We try again by ourselves. Until
    then, you can lock your key, and save a copy of it. If this does not end, tell your clinic, or the people who run
    the network, what you see below.
down-again = Try again now
no-answer = None of the network’s doors gave an answer that we could check. Try again in a minute.
no-answer-forbidden = You may not read this any more, or not yet. Look for new records, or ask your clinic.
gateway-good = It answered, and the answer was right.
problem-unreachable = It does not answer.
problem-refused = It does not let you in. You may not be invited yet.
problem-not-loaded =
    A part of this page is missing. There may be a newer page, or you have no connection. Load the page again. If you
    lock first, what you typed is kept, but files have to be chosen again.
problem-busy = It has too much to do. Try again in a minute.
problem-forbidden = It says that you may not see this.
problem-broken = We could not read its answer.
problem-false = Its answer was false. We did not use it.
problem-old = Its answer was too old. It may hide something newer. We did not use it.
problem-clock = Its time and the time of this device do not fit. Check the clock of your device.
problem-not-shown = It left out a part of its answer. We did not use it.
problem-replaced = The network is being renewed. Try again in a minute.
problem-confirm = The network began anew. Get its newest file from your clinic, and compare its fingerprint.
problem-outdated = This device was away for too long. Get the network’s newest file from your clinic.
problem-failed = Its answer did not work. We did not use it.
problem-slow = Checking its answer took too long. We did not use it.
problem-page = This page is older than the network. Load the page again. If you lock first, what you typed is kept, but files have to be chosen again.

# When to try again
wait-minutes = in { $rest } min
wait-hours = in { $hours } h { $rest } min
wait-unknown = later

# When something that you sent does not work
failed-Registry-NotInvited = You are not invited yet. Ask your clinic, or the people who run the network, to invite you.
failed-Registry-AlreadyRegistered = You have joined already. Nothing is left to do.
failed-applicant = Your application waits for votes. Nothing was changed. Try again once it is decided.
failed-suspended = You are suspended. Nothing was changed. Ask the people who run the network.
failed-Expired = The network did not take it in. Nothing was changed. Try again.
failed-Forbidden = You may not do this. Nothing was changed. Ask your clinic.
failed-NotSent = It was not sent. Nothing was changed. Try again.
failed-NoEffect = It had no effect. Nothing was changed. Look at who can read your records, and try again.
failed-Unknown = The network took it in. We cannot tell whether it worked. Look at the list, and try again if it did not.
unheard =
    None of the network’s doors tells us whether it got this. It may still happen. Do not send it again: look at
    “What I sent”.
turned-down = A gateway says: “{ $why }” We cannot check that. It may still happen within the next hour. Look at what you sent.
failed-name = The network does not take this name. Use letters, and one space between words. Then try again.
failed-number = The network does not take this number. Check each digit, and try again.
failed-standing = That is so already. Nothing was changed. Load the list again.
failed-changed = Something changed since you looked. Nothing was done. Load the list again, and look once more.
failed-council = The network did not take this vote. Nothing was changed. Load the list again.
failed-Registry-AlreadyInvited = This account is invited already. They can go on by themselves.
failed-Registry-MaxInvitationsExceeded = You made all your invitations of today. Nothing was changed. Try again tomorrow.
failed-Registry-AlreadyVerified = Somebody has this number already. Check it, or tell the people who run the network.
failed-Registry-VotesAgainst = Somebody voted no, so you cannot change it. Take it back, wait some days, and apply again.
failed-Registry-CoolingDown = The same was voted down not long ago. Nothing was changed. Try again in some days.
failed-Registry-ApplicationPending = You applied already. Take that back first, and try again.
failed-Registry-AlreadyVoted = You have given this vote already. Nothing is left to do.
failed-Registry-AlreadyEnlisted = You are on the list already. Changes go there by themselves.
failed-Emr-AmendedOfOtherPatient = The older record is about another patient. Nothing was changed. Open the right record, and try again.
failed-Registry-NotRegistered = You have not joined yet. Join first, on the page of your records.
failed-Registry-TooManyRotations = You changed your key too often. Nothing was changed. Try again { $wait }.
failed-Emr-EnvelopeAlreadyExists = This document is in your records already. Nothing is left to do.
failed-Emr-MaxEnvelopeSizeExceeded = The document is too large for your network. Make it smaller, or ask your clinic.
failed-Emr-TooManyRecords = You added many documents in a short time. This one was not added. Try again { $wait }.
failed-Emr-MaxRecordsExceeded = Your list of records is full. Nothing was changed. Tell your clinic.
failed-Permissions-AlreadyReads = This person wrote it, and can read it anyway. Nothing was changed. Leave it out if you share others.
failed-Interregional-GranteeOfThisRegion = This person works in your own region. Choose “In my region”, and share it again.
failed-Interregional-EndsBeforeSentTerms = You shared it for longer before. Stop sharing first. Share it again when that is done.
failed-Interregional-MaxWaitingPerPatientExceeded =
    Too many records wait to be sent to other regions. Nothing was changed. Ask your clinic to send them on, or stop
    sharing some.
failed-Interregional-AlreadyDelivered = It has arrived already. Nothing is left to do.
failed-Interregional-AuthorNotInGoodStanding = The person who wrote it may not work at the moment. Ask your clinic.
failed-key = The network does not take your key. Nothing was changed. Load this page again, and tell your clinic.
failed-key-newer = You have a newer key. Use your newest key file, and try again.
failed-reader-key-newer = This person has a newer key since a moment ago. Share it again.
failed-register = The network did not take this in. Nothing was changed. Ask your clinic.
failed-not-now = You may not add documents at the moment. Nothing was changed. Ask your clinic.
failed-not-yours = This is not yours to change. Nothing was changed. Load this page again.
failed-corrects = You can only correct documents that you added. Nothing was changed. Ask the person who wrote it.
failed-nobody = The network does not know you. Nothing was changed. Ask your clinic.
failed-envelope = The network did not take the document. Nothing was changed. Load this page again, and try once more.
failed-no-record = This record does not exist. Nothing was changed. Look for new records.
failed-stopped = Something here was stopped or ended before. Nothing was changed. Look at the list again.
failed-over = Its end is over already. Nothing was changed. Choose a later end.
failed-too-many-readers = Too many people can read this record. Stop sharing with one of them first.
failed-reader = This person cannot get records at the moment. Nothing was changed. Ask them.
failed-wait-answer = The other region has not answered yet. Wait some minutes, and try again.
failed-later = The network has too much to do. Nothing was changed. Try again in some minutes.
failed-no-way = There is no way to the other regions at the moment. Nothing was changed. Try again later, or tell your clinic.
failed-region = The other region did not take it. Nothing was changed. Ask your clinic.
failed-too-much = This was too much at once. Nothing was changed. Choose fewer records, and try again.
failed-quota = You sent a lot in a short time. Nothing was changed. Wait an hour, and try again.
failed-stale = Something else was sent with your key at the same time. Look at your list, and try again.
failed-network = The network does not know your key’s signature. Load this page again, and tell your clinic.
failed-twice = It was sent already. Wait a minute, and look at your list.
failed-other = It did not work. Nothing was changed. Tell your clinic: { $reason }

# Using a key file
import-title = Use your key file
import-text = Choose the key file that you saved before. Its name ends in “.age”.
import-open = Open my key
import-older =
    You are on this device already, with a newer key file. This copy lacks one of your keys. Go back, and unlock.

# Unlocking
unlock-title = Hello, { $label }
unlock-text = Enter your passphrase to unlock your key.
unlock-open = Unlock
unlock-opening = Unlocking takes a second or two.
unlock-passkey = Unlock with your passkey
unlock-forgot = I forgot my passphrase
unlock-forgot-text =
    We cannot reset it, as only you know it. Look for the paper on which you wrote it. If you set up a passkey
    on this device, it still works. If neither helps, make a new key, and ask to be invited again.

# While the key is unlocked
nav-label = Pages
nav-waits =
    { $count ->
        [one] One vote waits for you
       *[other] { $count } votes wait for you
    }
nav-start = Start
nav-records = My records
nav-written = I wrote
nav-application = Application
nav-shared = Shared with me
nav-write = Add
nav-invite = Invite
nav-elsewhere = Regions
nav-applications = Votes
nav-people = People
nav-council = Motions
nav-common = All regions
nav-health = Health
nav-sign = Sign
nav-readers = Who can read
nav-happened = What happened
nav-activity = What I sent
nav-me = My key
nav-copy = Safe copy
nav-settings = Settings
lock = Lock
lock-hint = Lock now. You can also press F9.
need-copy = You have no safe copy of your key yet
need-copy-text = Browsers can delete keys. Save a copy and try it, before you add or share records.
old-copy = Your copy is older than your key
old-copy-text =
    It still has your old passphrase, or lacks your new key. Save a new copy and try it, before you add or share
    records.
need-copy-do = Save a copy now
idle-title = Are you still there?
idle-text =
    { $seconds ->
        [one] We lock your key in one second.
       *[other] We lock your key in { $seconds } seconds.
    }
idle-kept = What you typed is kept. Files have to be chosen again.
idle-stay = Stay
idle-lock = Lock now

me-title = My key
me-hello = Hello, { $name }
me-work = How patients find you
me-work-text = Tell your patients this number. With it they find you, and can share a record with you.
me-id = Your patient number
me-id-text =
    Your clinic scans this code to add records for you. Show it to people who treat you, and to nobody else.
me-account = Your account
me-account-text = The network knows you by this account. Whoever invites you scans the code. It is not secret.
me-fingerprint = Your key’s fingerprint
me-fingerprint-text =
    Someone who shares records with you may ask for it. Compare all groups: if one is different, it is not
    your key. It is not secret.
me-more = What is a QR code?
me-more-text =
    A picture that a camera can read. The other person points a phone or a scanner at it. Nothing else happens.

copy-title = A safe copy of your key
copy-why =
    If this device breaks, or the browser deletes your key, only a copy brings your records back.
    The copy is locked with your passphrase.
copy-save-title = 1. Save the copy
copy-save-text = Keep it in a second place: a USB stick, another device, or your own cloud storage.
copy-save = Save my key file
copy-saved = Your browser saved the file. Look for it in your downloads.
copy-try-title = 2. Try the copy
copy-try-text = Choose the file that you just saved. So you know that it works when you need it.
copy-file = Your key file
copy-try = Try it
copy-fits = Your copy works. Keep it, and your passphrase, in a safe place.
copy-other = This file opens, but it is not a copy of this key. Choose the file that you just saved.
copy-done = You have a copy that works.

settings-title = Settings
settings-name = Names
settings-label-save = Save
settings-label-saved = Saved.
settings-passphrase = Passphrase
settings-passphrase-text = After a change, save a new copy of your key. Old copies keep the old passphrase.
settings-passphrase-old = Your passphrase now
settings-passphrase-new = New passphrase
settings-passphrase-save = Change passphrase
settings-passphrase-saved = Your passphrase is changed. Save a new copy of your key now.
settings-passkey = Passkey
settings-passkey-text =
    With a passkey you unlock by fingerprint, face or PIN of this device. Your passphrase still works, so keep it.
settings-passkey-add = Set up a passkey
settings-passkey-have = You have a passkey on this device.
settings-passkey-remove = Remove the passkey
settings-passkey-none = This browser has no passkeys. Your passphrase works.
settings-device = This device
settings-persistent = This browser promised to keep your key.
settings-not-persistent =
    This browser may delete your key when space is short. With a safe copy you can always get it back.
settings-lock-after = Lock my key if nobody uses the page for
settings-minutes =
    { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }
settings-lock-key = Press F9 to lock at once, on any page.
settings-network = Network
settings-network-is =
    You are in the network “{ $network }”. You have its file number { $serial }. It is good until { DATETIME($until, dateStyle: "long") }.
settings-network-ended =
    The file is too old. You can still read. Ask your clinic for the newest file before you share anything.
settings-gateways = Doors to the network
settings-gateways-text = We trust none of them. We check what each one says, and ask the next one if it is wrong.
settings-network-file = A newer file of the network
settings-network-file-hint = Your clinic tells you when there is one.
settings-anew = Did your network begin anew?
settings-anew-text =
    This file says so. That is rare. Call your clinic, and compare these groups. If one is different, somebody may
    want to show you a copy of the network.
settings-remove = Remove my key from this device
settings-remove-text = The key is deleted here. With your safe copy you can put it back, or use it on another device.
settings-remove-need-copy = First save a copy and try it. Without a copy, nobody can open your records again.
settings-remove-sure = Remove your key from this device?
settings-remove-do = Remove

# The portal's own files
create-server =
    If a web server gave you this page, the people who run that server could change it, and see what you type.
    With the salus program you get these pages from your own device, and they are checked.
release-refused =
    Salus stopped this page. A file of it is not on the list that your network signed. Do not type anything.
    Tell whoever gave you its address.

# What can go wrong
no-storage = This browser does not let Salus keep your key
no-storage-text =
    A private window, or a setting, may be the reason. Open Salus in a usual window, or in another browser.
failed = Something went wrong. Try again. If it happens again, load the page anew. ({ $detail })
need-file = Choose your key file first.
need-passphrase = Enter your passphrase.
refused-key-file-size = This file is too big for a key file. Choose the right file. Its name ends in “.age”.
refused-key-file-format = This is not a key file. Choose the right file. Its name ends in “.age”.
refused-key-file-work-factor =
    This key file would take too much of your device’s memory. If you made it with another program, convert it
    first. If not, do not use it.
refused-key-file-passphrase = The passphrase does not fit this key. Check capital letters, and try again.
refused-key-file-damaged = This key file is damaged. Use another copy of it.
refused-key-file-version = This key file is from a newer version of Salus. Load this page anew, and try again.
refused-key-file-content = What is in this key file is not right. Use another copy of it.
refused-key-file-private-key = A key in this file is damaged. Use another copy of it.
passkey-failed = Your passkey did not answer. Try again, or use your passphrase.

# For those who run the network, each instead of the text with the name before “-for-authority”
copy-why-for-authority =
    If this device breaks, or the browser deletes your key, only a copy brings it back.
    The copy is locked with your passphrase.
down-text-for-authority =
    None of the network’s doors gave an answer that we could check. We try again by ourselves. Until then, you can lock
    your key, and save a copy of it. If this does not end, look at your computer, and tell the others what you see below.
failed-Forbidden-for-authority = You may not do this. Nothing was changed. Ask the others who run the network.
failed-network-for-authority =
    The network does not know your key’s signature. Load this page again. If that does not help, tell the others who run
    the network.
failed-other-for-authority = It did not work. Nothing was changed. Tell the others who run the network: { $reason }
failed-register-for-authority = The network did not take this in. Nothing was changed. Ask the others who run the network.
me-account-text-for-authority = By this account the others know you. Let them scan this code, or read it out. It is not secret.
need-copy-text-for-authority = Browsers can delete keys. Save a copy and try it, before you do anything else.
no-answer-forbidden-for-authority =
    You may not read this any more, or not yet. Load the page again, or ask the others who run the network.
old-copy-text-for-authority =
    It still has your old passphrase, or lacks your new key. Save a new copy and try it, before you do anything else.
problem-confirm-for-authority =
    The network began anew. Get its newest file from the others who run it, and compare its fingerprint.
problem-outdated-for-authority =
    This device was away for too long. Get the network’s newest file from the others who run it.
settings-anew-text-for-authority =
    This file says so. That is rare. Call the others who run the network, and compare these groups. If one is different,
    somebody may want to show you a copy of the network.
settings-network-ended-for-authority =
    The file is too old. You can still read. Get the newest file from the others who run the network.
settings-network-file-hint-for-authority = You have it once enough of you have signed it.
settings-remove-need-copy-for-authority = First save a copy and try it. Without a copy, you can never vote with this key again.
