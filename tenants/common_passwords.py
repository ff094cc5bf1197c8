"""Passwords of twelve characters or more that guessers try first. Shorter ones are refused by length already."""

COMMON = frozenset(
    """
    000000000000 010101010101 0123456789ab 111111111111 121212121212 123123123123 123321123321 123412341234 123454321123
    1234567890ab 1234567890qw 123456789012 1234567890123 12345678901234 123456789abc 1234567891011 123456789123
    123456abcdef 1234abcd1234 1234qwer1234 123qwe123qwe 147258369147 159357159357 1a2b3c4d5e6f 1q2w3e4r5t6y 1q2w3e4r5t6y7u
    1qaz2wsx3edc 1qaz2wsx3edc4rfv 222222222222 555555555555 666666666666 777777777777 789456123789 888888888888
    987654321012 9876543210123 999999999999 aaaaaaaaaaaa abc123abc123 abcabcabcabc abcd1234abcd abcdef123456 abcdefghijkl
    abcdefghijklm administrator administrator1 adminadminadmin anonymous123 asdfasdfasdf asdfghjkl123 asdfghjklzxcvbnm
    asdfghjkl;'\\ basketball123 birmingham123 bismillah123 butterfly123 changeme1234 changemenow12 charlie12345
    chocolate123 computer1234 correcthorsebatterystaple defaultpassword elephant1234 evertonfc1878 everton12345
    football1234 footballfootball friends12345 halton123456 hello1234567 helloworld123 iloveyou1234 iloveyouiloveyou
    iloveyousomuch ihateyou1234 internet1234 ithinkicanicanican knowsley1234 letmein12345 letmeinletmein liverpool123
    liverpool1234 liverpool1892 liverpoolfc1 liverpoolfc12 liverpoolfc1892 lovelovelove manchester123 manchesterunited
    merseyside12 merseyside123 metropolitan1 michael12345 monkey123456 mypassword12 mypassword123 newpassword1 newpassword12
    newpassword123 nothing12345 october2024! p@ssw0rd1234 p@ssword1234 passw0rd1234 password!234 password0000 password1111
    password1234 password12345 password123456 password2023 password2024 password2025 password2026 password2027 password4567
    password@123 passwordpassword passwort1234 pokemon12345 princess1234 procurement1 procurement12 procurement123
    q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsxedc123 qazwsxedcrfv qqqqqqqqqqqq qwerasdfzxcv qwert1234567 qwerty123456 qwerty1234567
    qwerty123456789 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopas qwertyuiopasdf qwertyuiopasdfghjkl
    robert123456 secret123456 sefton123456 september2024 september2025 september2026 smokey123456 spring202412 starwars1234
    sthelens1234 summer202412 summer2025!! sunshine1234 superman1234 temporary123 testtesttest thisisapassword
    thisismypassword trustno12345 trustno1trustno1 unknown12345 welcome12345 welcome123456 welcome2024! welcome2025!
    welcometohell whatever1234 william12345 winter202412 wirral123456 wordpass1234 xxxxxxxxxxxx youllneverwalkalone
    zaq12wsxcde3 zaq1xsw2cde3 zxcvbnm12345 zxcvbnmasdfghjkl zxcvbnmzxcvbnm zzzzzzzzzzzz
    """.split()  # noqa: SIM905 - a list literal would be two pages
)
