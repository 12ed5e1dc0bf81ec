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
start-add = Add another person
start-add-text = Each person on this device has their own key and their own passphrase.
start-dropped = Your key is no longer on this device
start-dropped-text =
    This browser deleted what we had stored. Browsers do this when space is short, or after a long time.
    Your records are safe. Get your key back with the copy that you saved.
start-dropped-import = Use my saved copy
start-dropped-done = I understand, do not show this again
start-locked = Your key is locked.
start-idle = We locked your key because nobody used this page for a while. We kept what you typed.

# Making a key
create-title = Make your key
create-name = Your full name
create-name-hint = As your clinic knows you. It is stored locked. Only you can see it.
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

# Opening a clinic’s link
join-title = Join your clinic’s network
join-text =
    Your clinic sent you here. Before you go on, we make sure that this is your clinic’s network, and not a copy.
join-looking = We are looking for the network …
join-bad-link =
    This link is not complete. Ask your clinic to send it again, and open the whole link.
join-compare = Is this your clinic’s network, “{ $network }”?
join-compare-text =
    Your clinic gave you these groups on paper or by phone. Compare all of them. If one is different, do not go on.
join-fingerprint = The network’s fingerprint
join-same = They are all the same
join-different = They are different
join-other-title = Do not use this link
join-other-text = Tell your clinic that the groups were different. We have stored nothing.
join-file-title = We need the network’s file
join-file-text = This page does not have it. Your clinic can give you the file. Its name ends in “.json”.
join-file = The network’s file
join-next = You are invited
join-next-text = Make your key, or unlock the one that you have. Then we take you to your clinic’s network.
join-move-title = You are in another network already
join-move-text =
    You are in the network “{ $network }”. If you go on, this device shows you the new one. Nothing is deleted, and
    your old clinic’s link takes you back.
join-move = Go to the new network
mismatch-fingerprint = This file is not the one that your clinic’s link names. Ask your clinic for a new link.
mismatch-network = This is the file of another network. Ask your clinic for the right one.
mismatch-gateway = The link leads to a server that is not in the network’s file. Ask your clinic for a new link.

# My records
records-title = My records
records-none-title = You are not in a network yet
records-none-text = Ask your clinic for its link, and open it on this device.
records-connecting = We are asking for your records …
records-loading = We are opening your list …
records-empty-title = You have no records yet
records-empty-text = When your clinic adds a record, you find it here.
records-more = Show more
records-again = Look for new records
record-no-name = A record whose name does not open with your key
record-by = By { $name }
record-by-you = Added by you
record-corrected = A newer record corrects this one.
standing-suspended = The person who wrote it may not work at the moment.
standing-retired = The person who wrote it has retired.
standing-unverified = The person who wrote it is no longer checked by this network.
records-other-title = These pages are for patients
records-other-text = Your key belongs to somebody who treats patients, or to another person. Use the salus program for now.

waiting-title = Show this code to your clinic
waiting-text = Your clinic scans the code, and invites you. This page goes on by itself. You can leave it open.
waiting-busy = We ask every five seconds whether you are invited …
invited-title = Your clinic has invited you
invited-text =
    You join as { $name }. Your name stays locked: others see only a number. It takes up to a minute.
invited-need-copy = First save a copy of your key and try it. Then you can join.
invited-do = Join now
joining-title = You are joining …
joining-signing = We are signing it with your key.
joining-sent = It is sent. We wait for the network to take it in.
joining-in-block = The network has taken it in. We wait until nobody can undo it.
joining-final = It is done.

# Gateways: the doors to the network
down-title = We cannot reach your records now
down-text =
    Your records are safe. None of your clinic’s doors gave an answer that we could check. We try again by
    ourselves. If this does not end, tell your clinic what you see below.
down-again = Try again now
no-answer = None of your clinic’s doors gave an answer that we could check. Try again in a minute.
gateway-good = It answered, and the answer was right.
problem-unreachable = It does not answer.
problem-refused = It does not let you in. You may not be invited yet.
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
problem-page = This page is older than the network. Load the page again. What you typed is kept if you lock first.

# When something that you sent does not work
failed-Registry-NotInvited = You are not invited yet. Ask your clinic to invite you.
failed-Registry-AlreadyRegistered = You have joined already.
failed-Expired = The network did not take it in. Nothing was changed. Try again.
failed-Forbidden = You may not do this. Nothing was changed.
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
    on this device, it still works. If neither helps, make a new key and ask your clinic to invite you again.

# While the key is unlocked
nav-label = Pages
nav-records = My records
nav-me = My key
nav-copy = Safe copy
nav-settings = Settings
lock = Lock
lock-hint = Lock now. You can also press F9.
need-copy = You have no safe copy of your key yet
need-copy-text = Browsers can delete keys. Save a copy and try it, before you add or share records.
need-copy-do = Save a copy now
idle-title = Are you still there?
idle-text =
    { $seconds ->
        [one] We lock your key in one second.
       *[other] We lock your key in { $seconds } seconds.
    }
idle-kept = What you typed is kept.
idle-stay = Stay
idle-lock = Lock now

me-title = My key
me-hello = Hello, { $name }
me-id = Your patient number
me-id-text =
    Your clinic scans this code to add records for you. Show it to people who treat you, and to nobody else.
me-account = Your account
me-account-text = Let your clinic scan this code. Then the clinic can invite you. It is not secret.
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
    Tell your clinic.

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

# The page of all components
components-title = Components
components-colours = Colours
components-buttons = Buttons
components-fields = Fields
components-notes = Notes
components-cards = Cards and rows
components-dialog = Dialog
components-open-dialog = Open a dialog
components-example = Nobody can open this record without a key.
components-disabled = Not possible now
