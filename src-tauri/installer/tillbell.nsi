; The installer for Windows: one script for every build machine, compiled by `cargo xtask package windows`.
;
; It installs for this user alone, so that no administrator is needed, and always to the same folder, since Windows
; remembers by the program's path whether its icon is shown beside the clock. docs/packaging.md lists the switches and
; the exit codes.
;
; Given on the command line:
;   VERSION, VERSION4     0.1.0 and 0.1.0.0
;   PROGRAM               the folder with tillbell.exe, tillbell-devices.exe and tillbell-book.exe
;   LOADER                defined where WebView2Loader.dll lies beside it (builds by MinGW; MSVC links it in)
;   WEBVIEW2              Microsoft's installer of the WebView2 runtime, embedded when it is given
;   SIGNER                xtask itself, which signs a file by the command in the environment
;   FAST                  defined for installers that only tests run: not compressed
;   OUTPUT                the file to write

Unicode true
; The 32-bit stub does not run where there is no 32-bit Windows underneath, and the program is of 64 bits anyway. But
; NSIS' own build for Windows has no other.
!if /FileExists "${NSISDIR}/Stubs/zlib-amd64-unicode"
    Target amd64-unicode
!else
    Target x86-unicode
!endif
!ifdef FAST
    SetCompress off
!else
    SetCompressor /SOLID lzma
    SetCompressorDictSize 32
!endif
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel user
; A file that cannot be written is tried again or ends the installation; it is never left out. Silently it ends it.
AllowSkipFiles off

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include Sections.nsh
!include WinVer.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define NAME "Tillbell"
!define ID "app.tillbell.desktop"
!define PUBLISHER "Tillbell"
!define SITE "https://github.com/tillbell/tillbell"
!define WEBVIEW2_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/"
!define WEBVIEW2_CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define OURS "Software\Tillbell"
!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Tillbell"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define TOASTS "Software\Classes\AppUserModelId\${ID}"
!define DATA "$LOCALAPPDATA\${ID}"
!define LINK "$SMPROGRAMS\Tillbell.lnk"
!define DESKTOP_LINK "$DESKTOP\Tillbell.lnk"

; What a script that installs silently learns from the exit code.
!define EXIT_FAILED 2
!define EXIT_RUNNING 3
!define EXIT_NEWER 4
!define EXIT_SYSTEM 5

; How often a program that was asked to end is looked for, every 100 ms.
!define LOOKS 150

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Tillbell"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow
XPStyle on

VIProductVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "MIT or Apache-2.0"

; The installer itself is signed by xtask afterwards.
!ifdef SIGNER
    !uninstfinalize `"${SIGNER}" sign "%1"`
!endif

!define MUI_ICON "${__FILEDIR__}\..\..\icons\icon.ico"
!define MUI_UNICON "${__FILEDIR__}\..\..\icons\icon.ico"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_ALLLANGUAGES
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${OURS}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\tillbell.exe"
!define MUI_FINISHPAGE_NOAUTOCLOSE

!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenPassive
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenPassive
!insertmacro MUI_PAGE_FINISH

!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_UNPAGE_FINISH

; The first is what a system in any other language gets.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include "${__FILEDIR__}\english.nsh"
!include "${__FILEDIR__}\simpchinese.nsh"
!insertmacro MUI_RESERVEFILE_LANGDLL

; /P: no questions, only progress. The updater calls it so.
Var Passive
; /R: start the program afterwards, with the words after /ARGS.
Var Restart
Var Words
; It ran, and was asked to end: without anybody there to start it again, the installer does.
Var Ended

; --------------------------------------------------------------------------------------------------------------------
; What installing and removing share

; Whether the program runs, into $R0: it holds its mutex, or at least its own file.
!macro Running un
Function ${un}Running
    StrCpy $R0 0
    System::Call 'kernel32::OpenMutexW(i 0x100000, i 0, w "${ID}-sim") p .R1'
    ${If} $R1 P<> 0
        System::Call 'kernel32::CloseHandle(p R1)'
        StrCpy $R0 1
        Return
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\tillbell.exe"
        ClearErrors
        FileOpen $R1 "$INSTDIR\tillbell.exe" a
        ${If} ${Errors}
            StrCpy $R0 1
        ${Else}
            FileClose $R1
        ${EndIf}
    ${EndIf}
FunctionEnd
!macroend
!insertmacro Running ""
!insertmacro Running "un."

; Asks a running program to end, the way its own menu does: what is under way is written first. It is never killed.
!macro EndProgram un
Function ${un}EndProgram
    Call ${un}Running
    ${If} $R0 = 0
        Return
    ${EndIf}
    DetailPrint "$(ENDING)"
    again:
    System::Call 'kernel32::OpenEventW(i 0x2, i 0, w "${ID}-end") p .R1'
    ${If} $R1 P<> 0
        System::Call 'kernel32::SetEvent(p R1)'
        System::Call 'kernel32::CloseHandle(p R1)'
        StrCpy $Ended 1
    ${EndIf}
    ${For} $R2 1 ${LOOKS}
        Sleep 100
        Call ${un}Running
        ${If} $R0 = 0
            Return
        ${EndIf}
    ${Next}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel ${EXIT_RUNNING}
    Quit
FunctionEnd
!macroend

; Whether the firewall has a rule of the name on the stack: 1 or 0 onto the stack.
!macro HasRule un
Function ${un}HasRule
    Exch $R0
    nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall show rule name="$R0"'
    Pop $R0
    ${If} $R0 == "0"
        StrCpy $R0 1
    ${Else}
        StrCpy $R0 0
    ${EndIf}
    Exch $R0
FunctionEnd
!macroend
!insertmacro HasRule ""
!insertmacro HasRule "un."

; Whether the path on the stack stands for itself: netsh would expand percent signs, and a quote would end its word.
Function Plain
    Exch $R0
    Push $R1
    Push $R2
    StrCpy $R1 0
    ${Do}
        StrCpy $R2 $R0 1 $R1
        IntOp $R1 $R1 + 1
        ${If} $R2 == ""
        ${OrIf} $R2 == "%"
        ${OrIf} $R2 == '"'
            ${Break}
        ${EndIf}
    ${Loop}
    ${If} $R2 == ""
        StrCpy $R0 1
    ${Else}
        StrCpy $R0 0
    ${EndIf}
    Pop $R2
    Pop $R1
    Exch $R0
FunctionEnd

; Whether WebView2 is there, into $R0: its version, or nothing.
Function WebView2
    ClearErrors
    SetRegView 32
    ReadRegStr $R0 HKLM "Software\${WEBVIEW2_CLIENT}" "pv"
    SetRegView 64
    ${If} $R0 == ""
    ${OrIf} $R0 == "0.0.0.0"
        ReadRegStr $R0 HKCU "Software\${WEBVIEW2_CLIENT}" "pv"
    ${EndIf}
    ${If} $R0 == "0.0.0.0"
        StrCpy $R0 ""
    ${EndIf}
FunctionEnd

; --------------------------------------------------------------------------------------------------------------------
; Installing

!insertmacro EndProgram ""

Function SkipWhenPassive
    ${If} $Passive = 1
        Abort
    ${EndIf}
FunctionEnd

Section "${NAME}" SEC_PROGRAM
    SectionIn RO
    Call EndProgram
    SetOutPath "$INSTDIR"
    ; The program last: if its companions cannot be written, the old program still finds the old ones.
    !ifdef LOADER
        File "${PROGRAM}/WebView2Loader.dll"
    !endif
    File "${PROGRAM}/tillbell-devices.exe"
    File "${PROGRAM}/tillbell-book.exe"
    File "${PROGRAM}/tillbell.exe"
    ClearErrors
    WriteUninstaller "$INSTDIR\uninstall.exe"
    ${If} ${Errors}
        MessageBox MB_OK|MB_ICONSTOP "$(NOT_WRITTEN)" /SD IDOK
        SetErrorLevel ${EXIT_FAILED}
        Abort
    ${EndIf}

    CreateShortcut "${LINK}" "$INSTDIR\tillbell.exe" "" "$INSTDIR\tillbell.exe" 0 SW_SHOWNORMAL "" "$(SHORTCUT)"
    Call NameShortcut

    WriteRegStr HKCU "${OURS}" "Version" "${VERSION}"
    WriteRegStr HKCU "${OURS}" "Language" "$LANGUAGE"
    WriteRegStr HKCU "${ENTRY}" "DisplayName" "${NAME}"
    WriteRegStr HKCU "${ENTRY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${ENTRY}" "DisplayIcon" "$INSTDIR\tillbell.exe,0"
    WriteRegStr HKCU "${ENTRY}" "Publisher" "${PUBLISHER}"
    WriteRegStr HKCU "${ENTRY}" "URLInfoAbout" "${SITE}"
    WriteRegStr HKCU "${ENTRY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${ENTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${ENTRY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${ENTRY}" "NoModify" 1
    WriteRegDWORD HKCU "${ENTRY}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    WriteRegDWORD HKCU "${ENTRY}" "EstimatedSize" $0
SectionEnd

; Windows draws its pages with WebView2. Most PCs have it; one without is helped, or told.
Section "-webview2"
    Call WebView2
    ${If} $R0 != ""
        Return
    ${EndIf}
    !ifdef WEBVIEW2
        DetailPrint "$(WEBVIEW2_INSTALLING)"
        InitPluginsDir
        File "/oname=$PLUGINSDIR\webview2.exe" "${WEBVIEW2}"
        ExecWait '"$PLUGINSDIR\webview2.exe" /silent /install' $0
        Call WebView2
        ${If} $R0 != ""
            Return
        ${EndIf}
    !endif
    ; Nobody may be there to answer during an update, and the program says the same when it starts.
    ${If} $Passive = 1
        Return
    ${EndIf}
    MessageBox MB_YESNO|MB_ICONINFORMATION "$(WEBVIEW2_MISSING)" /SD IDNO IDNO +2
    ExecShell "open" "${WEBVIEW2_PAGE}"
SectionEnd

Section /o "$(DESKTOP)" SEC_DESKTOP
    CreateShortcut "${DESKTOP_LINK}" "$INSTDIR\tillbell.exe" "" "$INSTDIR\tillbell.exe" 0 SW_SHOWNORMAL "" "$(SHORTCUT)"
SectionEnd

; The only step that needs an administrator, and only of the one command: netsh itself, since cmd would expand what
; stands between percent signs in a path. Windows' own question, answered with Cancel, leaves rules under the program's
; name that block it and win over ours: they go first, where there are any. An elevated command does not tell how it
; ended, so the rules are asked afterwards, for which nobody's leave is needed.
Section /o "$(FIREWALL)" SEC_FIREWALL
    Push "$INSTDIR"
    Call Plain
    Pop $0
    ${If} $0 = 1
        StrCpy $1 'program="$INSTDIR\tillbell.exe"'
        Push "tillbell.exe"
        Call HasRule
        Pop $2
        Push "Tillbell"
        Call HasRule
        Pop $3
        ${If} $2 = 1
        ${OrIf} $3 = 1
            ExecShellWait "runas" "$SYSDIR\netsh.exe" 'advfirewall firewall delete rule name=all $1' SW_HIDE
        ${EndIf}
        ClearErrors
        ExecShellWait "runas" "$SYSDIR\netsh.exe" \
            'advfirewall firewall add rule name=Tillbell dir=in action=allow $1 profile=private' SW_HIDE
        ${If} ${Errors}
            StrCpy $0 0
        ${Else}
            Push "Tillbell"
            Call HasRule
            Pop $0
        ${EndIf}
    ${EndIf}
    ${If} $0 = 1
        WriteRegDWORD HKCU "${OURS}" "Firewall" 1
    ${Else}
        MessageBox MB_OK|MB_ICONEXCLAMATION "$(FIREWALL_REFUSED)" /SD IDOK
    ${EndIf}
SectionEnd

; After a failure what ran runs again as well, as it was: the shop must not go deaf.
Function .onInstFailed
    ${If} $Ended = 1
    ${OrIf} $Restart = 1
        Exec '"$INSTDIR\tillbell.exe" --hidden'
    ${EndIf}
FunctionEnd

; The last: nobody is there to press a button, so what ran runs again.
Section "-start"
    ${If} $Restart = 1
        Exec '"$INSTDIR\tillbell.exe" $Words'
    ${ElseIf} $Ended = 1
        ${If} ${Silent}
        ${OrIf} $Passive = 1
            Exec '"$INSTDIR\tillbell.exe" --hidden'
        ${EndIf}
    ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SEC_PROGRAM} "$(PROGRAM_ABOUT)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SEC_DESKTOP} "$(DESKTOP_ABOUT)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SEC_FIREWALL} "$(FIREWALL_ABOUT)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Gives the shortcut in the Start menu the name under which Windows shows our notices. The program registers the same
; name by itself, so a failure here costs nothing.
Function NameShortcut
    !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
    ${If} $0 P= 0
        Return
    ${EndIf}
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
        ${IPersistFile::Load} $1 '("${LINK}", ${STGM_READWRITE})'
        ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
        ${If} $2 P<> 0
            System::Call '*(&w64 "${ID}")p.r5'
            System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
            System::Call '*(&i2 ${VT_LPWSTR},&i6,p r5,p)p.r4'
            ${IPropertyStore::SetValue} $2 '($3,$4)'
            ${IPropertyStore::Commit} $2 ""
            System::Free $5
            System::Free $4
            System::Free $3
            ${IUnknown::Release} $2 ""
            ${IPersistFile::Save} $1 '("${LINK}",1)'
        ${EndIf}
        ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
FunctionEnd

Function .onInit
    ${IfNot} ${AtLeastWin10}
        MessageBox MB_OK|MB_ICONSTOP "$(TOO_OLD)" /SD IDOK
        SetErrorLevel ${EXIT_SYSTEM}
        Quit
    ${EndIf}
    SetRegView 64
    ; Always the same place, whatever an older entry or a habit says.
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Tillbell"
    StrCpy $Ended 0
    StrCpy $Passive 0
    StrCpy $Restart 0
    ${GetParameters} $R9
    ClearErrors
    ${GetOptions} $R9 "/P" $0
    ${IfNot} ${Errors}
        StrCpy $Passive 1
        SetAutoClose true
    ${EndIf}
    ClearErrors
    ${GetOptions} $R9 "/R" $0
    ${IfNot} ${Errors}
        StrCpy $Restart 1
        ${GetOptions} $R9 "/ARGS" $Words
    ${EndIf}
    Call ChooseLanguage
    Call RefuseNewer

    ; A second installation keeps what the first was asked for.
    ${If} ${FileExists} "${DESKTOP_LINK}"
        !insertmacro SelectSection ${SEC_DESKTOP}
    ${EndIf}
    ClearErrors
    ${GetOptions} $R9 "/DESKTOP" $0
    ${IfNot} ${Errors}
        !insertmacro SelectSection ${SEC_DESKTOP}
    ${EndIf}
    ClearErrors
    ${GetOptions} $R9 "/FIREWALL" $0
    ${IfNot} ${Errors}
        !insertmacro SelectSection ${SEC_FIREWALL}
    ${EndIf}
FunctionEnd

; The system's language, or that of an earlier installation, or the one asked for; and a person may choose.
Function ChooseLanguage
    ReadRegStr $0 HKCU "${OURS}" "Language"
    ${If} $0 = ${LANG_SIMPCHINESE}
    ${OrIf} $0 = ${LANG_ENGLISH}
        StrCpy $LANGUAGE $0
    ${EndIf}
    ClearErrors
    ${GetOptions} $R9 "/LANG=" $0
    ${IfNot} ${Errors}
        ${Select} $0
        ${Case} "zh"
            StrCpy $LANGUAGE ${LANG_SIMPCHINESE}
        ${Case} "en"
            StrCpy $LANGUAGE ${LANG_ENGLISH}
        ${EndSelect}
        Return
    ${EndIf}
    ${If} $Passive = 0
        !insertmacro MUI_LANGDLL_DISPLAY
    ${EndIf}
FunctionEnd

; An older program cannot read what a newer one wrote. The version stays written down when the data stays.
Function RefuseNewer
    ReadRegStr $0 HKCU "${OURS}" "Version"
    ${If} $0 == ""
        Return
    ${EndIf}
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 <> 1
        Return
    ${EndIf}
    ClearErrors
    ${GetOptions} $R9 "/DOWNGRADE" $1
    ${IfNot} ${Errors}
        Return
    ${EndIf}
    MessageBox MB_OK|MB_ICONINFORMATION "$(NEWER)" /SD IDOK
    SetErrorLevel ${EXIT_NEWER}
    Quit
FunctionEnd

; --------------------------------------------------------------------------------------------------------------------
; Removing

!insertmacro EndProgram "un."

Section "un.${NAME}" UNSEC_PROGRAM
    SectionIn RO
    Call un.EndProgram
    Delete "$INSTDIR\tillbell.exe"
    Delete "$INSTDIR\tillbell-devices.exe"
    Delete "$INSTDIR\tillbell-book.exe"
    Delete "$INSTDIR\WebView2Loader.dll"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "${LINK}"
    Delete "${DESKTOP_LINK}"
    DeleteRegValue HKCU "${RUN}" "Tillbell"
    DeleteRegValue HKCU "${APPROVED}" "Tillbell"
    DeleteRegKey HKCU "${TOASTS}"
    DeleteRegKey HKCU "${ENTRY}"
    ReadRegDWORD $0 HKCU "${OURS}" "Firewall"
    ${If} $0 = 1
        Call un.Firewall
    ${EndIf}
SectionEnd

Section /o "un.$(DATA)" UNSEC_DATA
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(DATA_SURE)" /SD IDYES IDYES +2
    Return
    Call un.ForgetKey
    RMDir /r "${DATA}"
    DeleteRegKey HKCU "${OURS}"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${UNSEC_PROGRAM} "$(UNPROGRAM_ABOUT)"
    !insertmacro MUI_DESCRIPTION_TEXT ${UNSEC_DATA} "$(DATA_ABOUT)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

; A rule for a program that is gone does no harm, so silence does not ask an administrator for it.
Function un.Firewall
    ${GetParameters} $R9
    ClearErrors
    ${GetOptions} $R9 "/FIREWALL" $0
    ${If} ${Errors}
    ${AndIf} ${Silent}
        Return
    ${EndIf}
    ExecShellWait "runas" "$SYSDIR\netsh.exe" \
        'advfirewall firewall delete rule name=Tillbell program="$INSTDIR\tillbell.exe"' SW_HIDE
    Push "Tillbell"
    Call un.HasRule
    Pop $0
    ${If} $0 = 0
        DeleteRegValue HKCU "${OURS}" "Firewall"
    ${EndIf}
FunctionEnd

; The key that seals the sources' secrets lies with Windows' credentials, under a name that the data folder knows.
Function un.ForgetKey
    ClearErrors
    FileOpen $0 "${DATA}\hub-key.json" r
    ${If} ${Errors}
        Return
    ${EndIf}
    FileRead $0 $1
    FileClose $0
    ${WordFind} $1 '"name":"' "+1}" $2
    ${WordFind} $2 '"' "+1{" $2
    StrCpy $3 $2 8
    ${If} $3 == "hub-key-"
        System::Call 'advapi32::CredDeleteW(w "$2.tillbell", i 1, i 0)'
    ${EndIf}
FunctionEnd

Function un.onInit
    SetRegView 64
    StrCpy $Ended 0
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Tillbell"
    ReadRegStr $0 HKCU "${OURS}" "Language"
    ${If} $0 = ${LANG_SIMPCHINESE}
    ${OrIf} $0 = ${LANG_ENGLISH}
        StrCpy $LANGUAGE $0
    ${EndIf}
    ${GetParameters} $R9
    ClearErrors
    ${GetOptions} $R9 "/DELETEDATA" $0
    ${IfNot} ${Errors}
        !insertmacro SelectSection ${UNSEC_DATA}
    ${EndIf}
FunctionEnd
