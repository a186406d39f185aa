; SPDX-License-Identifier: MPL-2.0
; The Windows installer: per machine, silent with /S. Made by `python -m installer.windows`, which hands over
;   VERSION  1.2.3       BUNDLE  the folder PyInstaller left       OUT  the file to make       ICON  rundbord.ico
; Silent options:  /S  /D=C:\folder (last, unquoted)  /SETTINGS=C:\share\rundbord.toml
; The uninstaller: /S  and /SLETSAGER=ja to delete the replicas of the person it runs as; without it they stay.

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel admin

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "x64.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Rundbord"

Name "Rundbord ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Rundbord"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1030 "ProductName" "Rundbord"
VIAddVersionKey /LANG=1030 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1030 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1030 "FileDescription" "Rundbord installation"
VIAddVersionKey /LANG=1030 "LegalCopyright" "Mozilla Public License 2.0"

; The signing step: with SIGN given (a command that signs the file put for %1) setup and uninstaller are signed as they are made.
!ifdef SIGN
  !finalize '${SIGN}'
  !uninstfinalize '${SIGN}'
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Danish"

!macro Need64Bits
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "Rundbord kræver en 64-bit Windows." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  SetShellVarContext all
!macroend

; Somebody writes in it just now: nothing is replaced under them. Windows opens no running program for writing.
!macro NobodyWrites UN
Function ${UN}NobodyWrites
  ${If} ${FileExists} "$INSTDIR\RundbordVindue.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\RundbordVindue.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "Rundbord er åbent. Luk det, og prøv igen." /SD IDOK
      SetErrorLevel 5
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
FunctionEnd
!macroend
!insertmacro NobodyWrites ""
!insertmacro NobodyWrites "un."

Function .onInit
  !insertmacro Need64Bits
  ${If} $InstDir == ""
    StrCpy $INSTDIR "$PROGRAMFILES64\Rundbord"
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro Need64Bits
FunctionEnd

Section "Rundbord"
  Call NobodyWrites
  ${GetParameters} $1
  StrCpy $2 ""
  ${GetOptions} $1 "/SETTINGS=" $2
  ${If} $2 != ""
  ${AndIfNot} ${FileExists} "$2"
    MessageBox MB_OK|MB_ICONSTOP "Indstillingerne $2 findes ikke. Intet er installeret." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  ; Of an earlier version nothing is left but the machine's own settings. No replica ever lies here.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*"

  ; The settings lie beside the program: under Program Files only an administrator may write, and no variable of a
  ; person's own leads elsewhere. What is there already is kept, unless another is given.
  ${If} $2 != ""
    CopyFiles /SILENT "$2" "$INSTDIR\rundbord.toml"
  ${EndIf}

  CreateShortcut "$SMPROGRAMS\Rundbord.lnk" "$INSTDIR\RundbordVindue.exe"
  WriteUninstaller "$INSTDIR\afinstaller.exe"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Rundbord"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\RundbordVindue.exe"
  WriteRegStr HKLM "${UNINSTALL}" "Publisher" "Rundbord"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\afinstaller.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\afinstaller.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $3 $4 $5
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" "$3"
SectionEnd

Section "Uninstall"
  Call un.NobodyWrites
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\rundbord.exe"
  Delete "$INSTDIR\RundbordVindue.exe"
  Delete "$INSTDIR\rundbord.toml"
  Delete "$INSTDIR\afinstaller.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Rundbord.lnk"
  DeleteRegKey HKLM "${UNINSTALL}"

  ; The replica may hold words nobody else has. It goes when it is asked for by name, and not otherwise.
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/SLETSAGER=" $2
  ${IfNot} ${Errors}
  ${AndIf} $2 == "ja"
    SetShellVarContext current
    RMDir /r "$LOCALAPPDATA\Rundbord"
    DetailPrint "Sagerne på maskinen er slettet for denne bruger."
  ${Else}
    DetailPrint "Sagerne ligger stadig i hver brugers AppData\Local\Rundbord."
  ${EndIf}
SectionEnd
