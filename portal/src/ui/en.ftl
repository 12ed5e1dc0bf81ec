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
settings-remove = Remove my key from this device
settings-remove-text = The key is deleted here. With your safe copy you can put it back, or use it on another device.
settings-remove-need-copy = First save a copy and try it. Without a copy, nobody can open your records again.
settings-remove-sure = Remove your key from this device?
settings-remove-do = Remove

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
